/** The rail: where one can go, and who may. */
import {
  AuditOutlined,
  ControlOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  IdcardOutlined,
  PhoneOutlined,
  ProfileOutlined,
  SettingOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { AccountRole, Me } from "../api/types";

export interface Place {
  name:
    | "desk"
    | "customers"
    | "tickets"
    | "interactions"
    | "calls"
    | "live"
    | "people"
    | "audit"
    | "settings";
  path:
    | "/desk"
    | "/customers"
    | "/tickets"
    | "/interactions"
    | "/calls"
    | "/live"
    | "/people"
    | "/audit"
    | "/settings";
  icon: ReactNode;
  roles: AccountRole[];
}

const ALL: AccountRole[] = ["agent", "supervisor", "administrator"];
const LEAD: AccountRole[] = ["supervisor", "administrator"];

export const PLACES: Place[] = [
  { name: "desk", path: "/desk", icon: <CustomerServiceOutlined />, roles: ALL },
  { name: "live", path: "/live", icon: <DashboardOutlined />, roles: LEAD },
  { name: "interactions", path: "/interactions", icon: <ProfileOutlined />, roles: ALL },
  { name: "calls", path: "/calls", icon: <PhoneOutlined />, roles: ALL },
  { name: "tickets", path: "/tickets", icon: <ControlOutlined />, roles: ALL },
  { name: "customers", path: "/customers", icon: <IdcardOutlined />, roles: ALL },
  { name: "people", path: "/people", icon: <TeamOutlined />, roles: ["administrator"] },
  { name: "audit", path: "/audit", icon: <AuditOutlined />, roles: ["administrator"] },
  { name: "settings", path: "/settings", icon: <SettingOutlined />, roles: LEAD },
];

export function placesOf(me: Me): Place[] {
  return PLACES.filter((place) => place.roles.includes(me.account.role));
}

/** Where a person starts. */
export function home(me: Me): Place["path"] {
  return me.account.role === "agent" ? "/desk" : "/live";
}

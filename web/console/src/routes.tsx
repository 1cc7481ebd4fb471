/** Every page of the console: its path and the feature that draws it, loaded when first opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Frame } from "./app/Frame";
import { Lost } from "./app/Lost";
import { home } from "./app/places";
import { useSession } from "./session/session";
import { Failure, Loading } from "./ui/State";
import { readFilters } from "./ui/useFilters";

const root = createRootRoute({ notFoundComponent: Lost });
const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });

const index = createRoute({
  getParentRoute: () => frame,
  path: "/",
  beforeLoad: () => {
    const me = useSession.getState().me;
    throw redirect({ to: me ? home(me) : "/desk" });
  },
});

const desk = createRoute({
  getParentRoute: () => frame,
  path: "/desk",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/desk")),
});

const live = createRoute({
  getParentRoute: () => frame,
  path: "/live",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/live")),
});

const wallboard = createRoute({
  getParentRoute: () => root,
  path: "/wallboard",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/wallboard")),
});

const interactions = createRoute({
  getParentRoute: () => frame,
  path: "/interactions",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/interactions")),
});

const interaction = createRoute({
  getParentRoute: () => frame,
  path: "/interactions/$id",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/interactions"), "Detail"),
});

const calls = createRoute({
  getParentRoute: () => frame,
  path: "/calls",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/calls")),
});

const audit = createRoute({
  getParentRoute: () => frame,
  path: "/audit",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/audit")),
});

const tickets = createRoute({
  getParentRoute: () => frame,
  path: "/tickets",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/tickets")),
});

const ticket = createRoute({
  getParentRoute: () => frame,
  path: "/tickets/$id",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/tickets"), "Detail"),
});

const customers = createRoute({
  getParentRoute: () => frame,
  path: "/customers",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/customers")),
});

const customer = createRoute({
  getParentRoute: () => frame,
  path: "/customers/$id",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/customers"), "Detail"),
});

const people = createRoute({
  getParentRoute: () => frame,
  path: "/people",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/people")),
});

const person = createRoute({
  getParentRoute: () => frame,
  path: "/people/$id",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/people"), "Detail"),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: "/settings",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/settings")),
});

const settingsSection = createRoute({
  getParentRoute: () => frame,
  path: "/settings/$page",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/settings")),
});

const settingsItem = createRoute({
  getParentRoute: () => frame,
  path: "/settings/$page/$id",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./features/settings")),
});

export const router = createRouter({
  routeTree: root.addChildren([
    frame.addChildren([
      index,
      desk,
      live,
      interactions,
      interaction,
      calls,
      audit,
      tickets,
      ticket,
      customers,
      customer,
      people,
      person,
      settings,
      settingsSection,
      settingsItem,
    ]),
    wallboard,
  ]),
  defaultPreload: "intent",
  defaultPendingMs: 0,
  defaultPendingMinMs: 0,
  defaultPendingComponent: () => <Loading rows={6} />,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

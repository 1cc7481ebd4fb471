/** The ways to be on somebody else's call, in rising order of who hears one. */
import type { MonitorRole } from "./api";

export const MONITOR_ROLES: readonly MonitorRole[] = ["monitor", "whisper", "barge"];

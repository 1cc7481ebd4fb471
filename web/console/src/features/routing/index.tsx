/** Routing: a page of the settings. */
export { default } from "./RoutingPage";

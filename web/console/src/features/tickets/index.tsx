/** Tickets: what must be solved, as views and as one page each; the drawer makes a new one anywhere. */
export { TicketDrawer } from "./TicketDrawer";
export { TicketList as default } from "./TicketList";
export { TicketPage as Detail } from "./TicketPage";

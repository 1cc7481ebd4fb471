/** Customers: found by anything one knows of them, and a page with all that happened. */
export { CustomerList as default } from "./CustomerList";
export { CustomerPage as Detail } from "./CustomerPage";

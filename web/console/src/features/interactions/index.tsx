/** Interactions: all that happened on every channel, found by any filter; one page for each. */

export { InteractionList as default } from "./InteractionList";
export { InteractionPage as Detail } from "./InteractionPage";

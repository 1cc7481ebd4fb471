/** How reads behave: fresh for a little while, tried again only when that can help. */
import { QueryClient } from "@tanstack/react-query";
import { Problem } from "./problem";

const FRESH_MS = 15_000;
const TRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof Problem && error.retry && count < TRIES,
    },
    mutations: { retry: false },
  },
});

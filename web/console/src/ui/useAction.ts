/** Something a person does: sent once at a time, its failure told in words. */
import { useMutation } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { problemText } from "../api/problem";

interface Options<Result> {
  /** Key of the sentence shown when it worked. */
  done?: string;
  onDone?: (result: Result) => void;
  /** True: the caller shows the failure itself. */
  quiet?: boolean;
}

export function useAction<Args, Result>(
  act: (args: Args) => Promise<Result>,
  { done, onDone, quiet }: Options<Result> = {},
) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const mutation = useMutation<Result, unknown, Args>({
    mutationFn: act,
    onSuccess: (result) => {
      if (done) message.success(t(done));
      onDone?.(result);
    },
    onError: (error) => {
      if (!quiet) message.error(problemText(t, error));
    },
  });
  return {
    run: mutation.mutate,
    runAsync: mutation.mutateAsync,
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  };
}

/** Who may see what at the outermost: loading, sign-in, a forced new password, or the console. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as Antd, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect } from "react";
import { queryClient } from "../api/query";
import { useLanguage } from "../i18n";
import { router } from "../routes";
import { NewPassword } from "../session/NewPassword";
import { SignIn } from "../session/SignIn";
import { restore, useSession } from "../session/session";
import { themeConfig } from "../theme";
import { Failure, Loading } from "../ui/State";
import { useMode } from "./mode";

export function App() {
  const mode = useMode((state) => state.mode);
  const language = useLanguage();
  return (
    <ConfigProvider
      theme={themeConfig(mode)}
      locale={language === "zh-CN" ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <Antd message={{ top: 56, maxCount: 3 }} style={{ height: "100%" }}>
        <QueryClientProvider client={queryClient}>
          <Gate />
        </QueryClientProvider>
      </Antd>
    </ConfigProvider>
  );
}

function Gate() {
  const { me, failure } = useSession();
  useEffect(() => {
    void restore();
  }, []);
  if (failure) return <Failure error={failure} retry={() => void restore()} />;
  if (me === undefined) return <Loading />;
  if (me === null) return <SignIn />;
  if (me.account.must_change_password) return <NewPassword />;
  return <RouterProvider router={router} />;
}

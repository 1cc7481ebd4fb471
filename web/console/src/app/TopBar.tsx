import { PhoneStatus } from "../features/phone/PhoneStatus";
import { useNames } from "../i18n";
import { useLine } from "../live/hooks";
import { useMe } from "../session/session";
import { Banner } from "./Banner";
import styles from "./Frame.module.css";
import { LanguageSwitch } from "./LanguageSwitch";
import { LineState } from "./LineState";
import { Notices } from "./Notices";
import { Person } from "./Person";
import { PresenceControl } from "./PresenceControl";
import { Search } from "./Search";

export function TopBar({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const names = useNames();
  const { line } = useLine();
  return (
    <header className={styles.bar}>
      <PresenceControl />
      <span className={styles.tenant} title={names(me.tenant.names)}>
        {names(me.tenant.names)}
      </span>
      <span className={styles.grow} />
      {line === "lost" || line === "recovered" ? <Banner /> : <Search />}
      <span className={styles.grow} />
      <PhoneStatus />
      <LineState />
      <Notices />
      <LanguageSwitch />
      <Person onKeys={onKeys} />
    </header>
  );
}

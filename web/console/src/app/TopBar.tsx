import { useNames } from "../i18n";
import { useMe } from "../session/session";
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
  return (
    <header className={styles.bar}>
      <PresenceControl />
      <span className={styles.tenant} title={names(me.tenant.names)}>
        {names(me.tenant.names)}
      </span>
      <span className={styles.grow} />
      <Search />
      <span className={styles.grow} />
      <LineState />
      <Notices />
      <LanguageSwitch />
      <Person onKeys={onKeys} />
    </header>
  );
}

/** A trunk: the carrier's address, how we sign in, what it may carry, and how it is now. */
import { CheckCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { Input, InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../i18n";
import { useVoice } from "../../phone/api";
import { Field, Section } from "../kit/Field";
import { OptionalNumberField, SwitchField } from "../kit/inputs";
import type { Trunk, TrunkBody } from "../model";
import type { FormProps } from "../NounPage";
import { Tags } from "./Tags";
import styles from "./Trunk.module.css";

const CODECS = ["alaw", "ulaw", "g722", "opus"];

export function TrunkForm(props: FormProps<TrunkBody>) {
  return (
    <>
      {props.id && <Now id={props.id} />}
      <Carrier {...props} />
      <SignIn {...props} />
      <Calls {...props} />
    </>
  );
}

/** Figures of this trunk, read again while the page is open. */
function Now({ id }: { id: string }) {
  const { t } = useTranslation();
  const names = useNames();
  const trunk = useVoice(true).data?.trunks.find((each) => each.id === id);
  if (!trunk) return null;
  const registered = trunk.registered !== false;
  const word =
    trunk.registered === null
      ? "no_registration"
      : trunk.registered
        ? "registered"
        : "not_registered";
  return (
    <dl className={styles.now} aria-label={t("settings.trunk.now")}>
      <div data-good={registered}>
        <dt>{t("phone.engine.registration")}</dt>
        <dd>
          {registered ? <CheckCircleOutlined /> : <WarningOutlined />} {t(`phone.engine.${word}`)}
        </dd>
      </div>
      <div>
        <dt>{t("phone.engine.calls")}</dt>
        <dd className="num">
          {trunk.limit === null
            ? trunk.calls
            : t("phone.engine.calls_of", { calls: trunk.calls, limit: trunk.limit })}
        </dd>
      </div>
      <div>
        <dt>{t("phone.engine.carried")}</dt>
        <dd className="num">{trunk.carried}</dd>
      </div>
      <div>
        <dt>{t("phone.engine.rejected")}</dt>
        <dd className="num">{trunk.rejected}</dd>
      </div>
      {trunk.problem && (
        <div data-good={false} role="alert">
          <dt>{t("settings.trunk.problem")}</dt>
          <dd>
            <WarningOutlined /> {names(trunk.problem)}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Carrier({ draft }: FormProps<TrunkBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.trunk.carrier")}>
      <Field label={t("settings.trunk.name")} problem={problems.name}>
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            maxLength={120}
            value={body.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={t("settings.trunk.host")}
        help={t("settings.trunk.host_help")}
        problem={problems.host}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            maxLength={253}
            value={body.host}
            onChange={(event) => set({ host: event.target.value.trim() })}
          />
        )}
      </Field>
      <Field label={t("settings.trunk.port")} problem={problems.port}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={65535}
            value={body.port}
            onChange={(port) => set({ port: port ?? 5060 })}
          />
        )}
      </Field>
      <Field label={t("settings.trunk.transport")} group>
        {() => (
          <Segmented
            value={body.transport}
            options={(["udp", "tcp", "tls"] as const).map((value) => ({
              value,
              label: value.toUpperCase(),
            }))}
            onChange={(transport) => set({ transport })}
          />
        )}
      </Field>
      {body.transport === "tls" && (
        <SwitchField
          label={t("settings.trunk.verify")}
          help={t("settings.trunk.verify_help")}
          value={body.verify}
          onChange={(verify) => set({ verify })}
        />
      )}
      <SwitchField
        label={t("settings.trunk.srtp")}
        help={t("settings.trunk.srtp_help")}
        value={body.srtp}
        onChange={(srtp) => set({ srtp })}
      />
      <SwitchField
        label={t("settings.trunk.enabled")}
        value={body.enabled}
        onChange={(enabled) => set({ enabled })}
      />
    </Section>
  );
}

function SignIn({ draft, all, id: own }: FormProps<TrunkBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  const stored = all.trunks.find((each: Trunk) => each.id === own);
  return (
    <Section title={t("settings.trunk.sign_in")}>
      <Field label={t("settings.trunk.username")} problem={problems.username}>
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            autoComplete="off"
            maxLength={64}
            value={body.username ?? ""}
            onChange={(event) => set({ username: event.target.value.trim() || null })}
          />
        )}
      </Field>
      <Field
        label={t("settings.trunk.secret")}
        help={t(stored?.secret_set ? "settings.trunk.secret_set" : "settings.trunk.secret_help")}
        problem={problems.secret}
      >
        {(id, note) => (
          <Input.Password
            id={id}
            aria-describedby={note}
            autoComplete="new-password"
            maxLength={128}
            placeholder={stored?.secret_set ? "••••••••" : undefined}
            value={body.secret ?? ""}
            onChange={(event) => set({ secret: event.target.value || undefined })}
          />
        )}
      </Field>
      <SwitchField
        label={t("settings.trunk.register")}
        help={t("settings.trunk.register_help")}
        value={body.register}
        onChange={(register) => set({ register })}
      />
      <Tags
        label={t("settings.trunk.from_hosts")}
        help={t("settings.trunk.from_hosts_help")}
        problem={problems.from_hosts}
        value={body.from_hosts}
        onChange={(from_hosts) => set({ from_hosts })}
      />
    </Section>
  );
}

function Calls({ draft }: FormProps<TrunkBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.trunk.calls")}>
      <Tags
        label={t("settings.trunk.numbers")}
        help={t("settings.trunk.numbers_help")}
        problem={problems.numbers}
        value={body.numbers}
        onChange={(numbers) => set({ numbers })}
      />
      <Field label={t("settings.trunk.codecs")} problem={problems.codecs}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            style={{ width: "100%" }}
            value={body.codecs}
            options={CODECS.map((value) => ({ value, label: value }))}
            onChange={(codecs) => set({ codecs })}
          />
        )}
      </Field>
      <OptionalNumberField
        label={t("settings.trunk.limit")}
        help={t("settings.trunk.limit_help")}
        off={t("settings.no_limit")}
        value={body.limit}
        usual={30}
        min={0}
        unit={t("settings.unit.calls")}
        onChange={(limit) => set({ limit })}
      />
      <Field label={t("settings.trunk.priority")} help={t("settings.trunk.priority_help")}>
        {(id, note) => (
          <InputNumber
            id={id}
            aria-describedby={note}
            min={0}
            max={100}
            value={body.priority}
            onChange={(priority) => set({ priority: priority ?? 10 })}
          />
        )}
      </Field>
      <Field
        label={t("settings.trunk.prefix")}
        help={t("settings.trunk.prefix_help")}
        problem={problems.prefix}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            style={{ width: 140 }}
            maxLength={12}
            value={body.prefix ?? ""}
            onChange={(event) => set({ prefix: event.target.value.trim() || null })}
          />
        )}
      </Field>
    </Section>
  );
}

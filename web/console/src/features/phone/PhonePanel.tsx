/** The phone's panel: how it is and what to do, microphone and loudspeaker, level, quality, a test. */
import { AudioOutlined, CustomerServiceOutlined, StopOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAction } from "../../ui/useAction";
import { useOutsidePhone, usePhoneWords } from "./hooks";
import { MicrophoneLevel } from "./MicrophoneLevel";
import type { PhoneCall } from "./machine";
import styles from "./Phone.module.css";
import { QualityMark } from "./QualityMark";
import {
  askMicrophone,
  echo,
  switchMicrophone,
  switchSpeaker,
  tell,
  unblockSound,
  usePhone,
} from "./softphone";
import {
  chooseInput,
  chooseOutput,
  chosenInput,
  chosenOutput,
  type Devices,
  listDevices,
  NoMicrophone,
} from "./sound";
import { takePhone } from "./tabs";

export default function PhonePanel() {
  const { t } = useTranslation();
  const words = usePhoneWords();
  const line = usePhone((state) => state.line);
  const blocked = usePhone((state) => state.soundBlocked);
  const outside = useOutsidePhone();
  return (
    <section className={styles.panel} aria-label={t("phone.title")}>
      <header>
        <h3>{t("phone.title")}</h3>
        <p className={styles.state} data-health={words.health} role="status">
          <strong>{words.title}</strong>
          {words.cure && <span>{words.cure}</span>}
        </p>
      </header>
      {line === "elsewhere" && <Button onClick={takePhone}>{t("phone.use_here")}</Button>}
      {blocked && (
        <Button type="primary" onClick={unblockSound}>
          {t("phone.let_play")}
        </Button>
      )}
      {outside ? <p className="muted">{t("phone.outside.how")}</p> : <Sound />}
      {!outside && <Test />}
    </section>
  );
}

function Sound() {
  const { t } = useTranslation();
  const microphone = usePhone((state) => state.microphone);
  const stream = usePhone((state) => state.microphoneStream);
  const { devices, look } = useDevices();
  const [input, setInput] = useState(chosenInput);
  const [output, setOutput] = useState(chosenOutput);
  const ask = useAction(askMicrophone, { onDone: look });
  const change = useAction(switchMicrophone);
  const options = (list: MediaDeviceInfo[], kind: "input" | "output") => [
    { value: "", label: t("phone.device.default") },
    ...list
      .filter((each) => each.deviceId && each.deviceId !== "default")
      .map((each, index) => ({
        value: each.deviceId,
        label: each.label || t(`phone.device.${kind}_n`, { number: index + 1 }),
      })),
  ];
  return (
    <div className={styles.sound}>
      {microphone !== "allowed" && (
        <Button icon={<AudioOutlined />} loading={ask.busy} onClick={() => ask.run(undefined)}>
          {t("phone.allow_microphone")}
        </Button>
      )}
      <div className={styles.device}>
        <label htmlFor="phone-input">{t("phone.device.input")}</label>
        <Select
          id="phone-input"
          value={input}
          options={options(devices.inputs, "input")}
          onChange={(id) => {
            chooseInput(id);
            setInput(id);
            change.run(undefined);
          }}
        />
      </div>
      {stream && <MicrophoneLevel stream={stream} />}
      <div className={styles.device}>
        <label htmlFor="phone-output">{t("phone.device.output")}</label>
        <Select
          id="phone-output"
          value={output}
          options={options(devices.outputs, "output")}
          onChange={(id) => {
            chooseOutput(id);
            setOutput(id);
            switchSpeaker(id);
          }}
        />
      </div>
    </div>
  );
}

const NONE: Devices = { inputs: [], outputs: [] };

function useDevices() {
  const [devices, setDevices] = useState(NONE);
  const look = () => void listDevices().then(setDevices);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, then whenever devices change
  useEffect(() => {
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, []);
  return { devices, look };
}

/** Say something and hear it back. */
function Test() {
  const { t } = useTranslation();
  const line = usePhone((state) => state.line);
  const call = usePhone((state) => Object.values(state.calls)[0] ?? null);
  const start = useAction(() =>
    echo().catch((error: unknown) => {
      tell({ type: "microphone", state: error instanceof NoMicrophone ? error.why : "busy" });
    }),
  );
  if (call?.purpose === "echo") return <Testing call={call} />;
  const why = call
    ? t("phone.test_in_call")
    : line === "registered"
      ? undefined
      : t("phone.test_needs_line");
  return (
    <div className={styles.test}>
      <Button
        icon={<CustomerServiceOutlined />}
        disabled={why !== undefined}
        loading={start.busy}
        onClick={() => start.run(undefined)}
      >
        {t("phone.test")}
      </Button>
      <span className="muted">{why ?? t("phone.test_hint")}</span>
    </div>
  );
}

function Testing({ call }: { call: PhoneCall }) {
  const { t } = useTranslation();
  return (
    <div className={styles.test} role="status">
      <Button icon={<StopOutlined />} onClick={() => tell({ type: "hang_up", id: call.id })}>
        {t("phone.test_stop")}
      </Button>
      <span>{t(call.state === "up" ? "phone.test_talking" : "phone.test_calling")}</span>
      <QualityMark call={call.id} />
    </div>
  );
}

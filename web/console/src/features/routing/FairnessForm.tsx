/** How much demanding work one agent gets, what a freed agent takes first, and what guards publishing. */
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Field, Section } from "../settings/kit/Field";
import { NumberField, OptionalNumberField } from "../settings/kit/inputs";
import { Findings } from "./Findings";
import type { Fairness } from "./model";
import styles from "./Routing.module.css";
import type { PartProps } from "./RoutingPage";

const MINUTE_S = 60;
const USUAL_RUN = 3;
const USUAL_SHARE = 40; // per cent
const USUAL_DROP = 1; // percentage point
const USUAL_RISE_S = 5;

export function FairnessForm({ editing, may, findings, vocabulary }: PartProps) {
  const { t } = useTranslation();
  const { fairness, picks } = editing.policy;
  const set = (changes: Partial<Fairness>) =>
    editing.change({ fairness: { ...fairness, ...changes } });
  return (
    <fieldset className={styles.panel} disabled={!may}>
      <Section title={t("routing.fairness.title")}>
        <p className={styles.lead}>{t("routing.fairness.line")}</p>
        <Findings findings={findings.filter((finding) => finding.where === "fairness")} />
        <OptionalNumberField
          label={t("routing.fairness.run")}
          help={t("routing.fairness.run_help")}
          off={t("settings.no_limit")}
          value={fairness.run ?? null}
          usual={USUAL_RUN}
          unit={t("routing.fairness.run_unit")}
          onChange={(run) => set({ run })}
        />
        <OptionalNumberField
          label={t("routing.fairness.share")}
          help={t("routing.fairness.share_help", { window: fairness.window })}
          off={t("settings.no_limit")}
          value={percents(fairness.share)}
          usual={USUAL_SHARE}
          max={100}
          unit="%"
          onChange={(share) => set({ share: shareOf(share) })}
        />
        <NumberField
          label={t("routing.fairness.window")}
          help={t("routing.fairness.window_help")}
          value={fairness.window}
          min={1}
          max={200}
          unit={t("routing.fairness.window_unit")}
          onChange={(window) => set({ window })}
        />
        <NumberField
          label={t("routing.fairness.recovery_s")}
          help={t("routing.fairness.recovery_s_help")}
          value={fairness.recovery_s}
          scale={MINUTE_S}
          unit={t("settings.unit.minutes")}
          onChange={(recovery_s) => set({ recovery_s })}
        />
      </Section>
      <Section title={t("routing.picks.title")}>
        <Field label={t("routing.picks.label")} help={t(`routing.picks.${picks}_help`)} group>
          {() => (
            <Segmented
              value={picks}
              options={vocabulary.picks.map((value) => ({
                value,
                label: t(`routing.picks.${value}`),
              }))}
              onChange={(next) => editing.change({ picks: next })}
            />
          )}
        </Field>
      </Section>
      <GuardsForm editing={editing} />
    </fieldset>
  );
}

export function GuardsForm({ editing }: Pick<PartProps, "editing">) {
  const { t } = useTranslation();
  const { guards } = editing;
  return (
    <Section title={t("routing.guards.title")}>
      <p className={styles.lead}>{t("routing.guards.line")}</p>
      <OptionalNumberField
        label={t("routing.guards.service_level_drop")}
        help={t("routing.guards.service_level_drop_help")}
        off={t("routing.guards.off")}
        value={percents(guards.service_level_drop)}
        usual={USUAL_DROP}
        min={0}
        max={100}
        unit={t("routing.guards.points")}
        onChange={(drop) => editing.setGuards({ ...guards, service_level_drop: shareOf(drop) })}
      />
      <OptionalNumberField
        label={t("routing.guards.vip_wait_rise_s")}
        help={t("routing.guards.vip_wait_rise_s_help")}
        off={t("routing.guards.off")}
        value={guards.vip_wait_rise_s ?? null}
        usual={USUAL_RISE_S}
        min={0}
        onChange={(vip_wait_rise_s) => editing.setGuards({ ...guards, vip_wait_rise_s })}
      />
    </Section>
  );
}

/** Shares are typed in per cent, without the dust of binary fractions. */
function percents(share: number | null | undefined): number | null {
  return share === null || share === undefined ? null : Math.round(share * 10_000) / 100;
}

function shareOf(percent: number | null): number | null {
  return percent === null ? null : percent / 100;
}

/** Conditions by choosing: the query builder over the server's vocabulary. Loaded when first needed. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { QueryBuilderAntD } from "@react-querybuilder/antd";
import {
  AutoComplete,
  Button,
  Checkbox,
  ConfigProvider,
  Input,
  InputNumber,
  Select,
  type SelectProps,
  Switch,
} from "antd";
import type { TFunction } from "i18next";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type ActionProps,
  type Field as BuilderField,
  type NotToggleProps,
  QueryBuilder,
  type RuleGroupType,
  type VersatileSelectorProps as SelectorProps,
  type ValueEditorProps,
} from "react-querybuilder";
import "react-querybuilder/dist/query-builder-layout.css";
import styles from "./Builder.module.css";
import { fitted, fromQuery, LISTS, startValue, toQuery } from "./conditions";
import type { Condition, Fact, Value, Vocabulary } from "./model";
import { OPERATOR } from "./plain";
import type { Around, Choice } from "./useWording";

interface Props {
  condition: Condition;
  vocabulary: Vocabulary;
  around: Around;
  disabled: boolean;
  onChange: (condition: Condition) => void;
}

interface Context {
  facts: Map<string, Fact>;
  around: Around;
}

const SEARCH_FROM = 8; // choices, from here on one may type to find
const CLOSED = new Set(["channel", "entry_point", "topic"]); // facts whose values are all known
const WHOLE = new Set(["=", "!="]); // operators on the whole value, not on a part

const CONTROLS = {
  valueEditor: ValueEditor,
  actionElement: Act,
  notToggle: Not,
  fieldSelector: Choose,
  operatorSelector: Choose,
  combinatorSelector: Choose,
};

export default function ConditionBuilder(props: Props) {
  const { condition, vocabulary, around, disabled, onChange } = props;
  const { t } = useTranslation();
  // The builder's query has ids and unfinished parts that the condition does not: it is kept here.
  const [query, setQuery] = useState<RuleGroupType>(() => toQuery(condition));
  const words = useWords();
  const context = useMemo<Context>(
    () => ({ facts: new Map(vocabulary.facts.map((fact) => [fact.name, fact])), around }),
    [vocabulary, around],
  );
  const fields = useMemo<BuilderField[]>(
    () =>
      vocabulary.facts.map((fact) => ({
        name: fact.name,
        label: t(`routing.fact.${fact.name.replace(".", "_")}`, { defaultValue: fact.name }),
        operators: fact.operators.map((operator) => ({
          name: operator,
          label: operatorName(t, operator),
        })),
        defaultOperator: fact.operators[0],
        defaultValue: startValue(fact.type, fact.operators[0] ?? "="),
      })),
    [vocabulary, t],
  );
  return (
    <div className={styles.builder}>
      <ConfigProvider componentSize="small">
        <QueryBuilderAntD>
          <QueryBuilder
            fields={fields}
            query={query}
            disabled={disabled}
            context={context}
            combinators={[
              { name: "and", label: t("routing.builder.all") },
              { name: "or", label: t("routing.builder.any") },
            ]}
            translations={words}
            controlElements={CONTROLS}
            controlClassnames={{ queryBuilder: styles.query }}
            enableMountQueryChange={false}
            resetOnFieldChange
            resetOnOperatorChange={false}
            showNotToggle
            listsAsArrays
            onQueryChange={(next) => {
              setQuery(next);
              onChange(fromQuery(next, vocabulary.facts));
            }}
          />
        </QueryBuilderAntD>
      </ConfigProvider>
      {query.rules.length === 0 && <p className="muted">{t("routing.builder.always")}</p>}
    </div>
  );
}

/** Adding and removing: quiet buttons, the removing ones as a cross. */
function Act({ handleOnClick, label, title, disabled, className }: ActionProps) {
  const removes = className?.includes("remove");
  return (
    <Button
      type={removes ? "text" : "dashed"}
      icon={removes ? <CloseOutlined /> : <PlusOutlined />}
      aria-label={title}
      title={title}
      disabled={disabled}
      className={className}
      onClick={(event) => handleOnClick(event)}
    >
      {removes ? null : label}
    </Button>
  );
}

function Not({ checked, handleOnChange, label, disabled }: NotToggleProps) {
  return (
    <Checkbox
      checked={checked}
      disabled={disabled}
      onChange={(event) => handleOnChange(event.target.checked)}
    >
      {label}
    </Checkbox>
  );
}

type Named = { name: string; label: string };

/** A choice with an accessible name: facts, operators, how tests are joined. */
function Choose({ value, options, handleOnChange, title, disabled, className }: SelectorProps) {
  return (
    <Select
      aria-label={title}
      className={className}
      popupMatchSelectWidth={false}
      showSearch={options.length > SEARCH_FROM ? { optionFilterProp: "label" } : false}
      value={value}
      disabled={disabled}
      options={(options as Named[]).map(({ name, label }) => ({ value: name, label }))}
      onChange={(next: string) => handleOnChange(next)}
    />
  );
}

function operatorName(t: TFunction, operator: string): string {
  return t(`routing.operator.${OPERATOR[operator] ?? operator}`, { defaultValue: operator });
}

function useWords() {
  const { t } = useTranslation();
  return useMemo(() => {
    const titled = (key: string) => ({ title: t(key) });
    const labelled = (key: string) => ({ label: t(key), title: t(key) });
    return {
      fields: titled("routing.builder.fact"),
      operators: titled("routing.builder.operator"),
      value: titled("routing.builder.value"),
      combinators: titled("routing.builder.combinator"),
      addRule: labelled("routing.builder.add_test"),
      addGroup: labelled("routing.builder.add_group"),
      removeRule: titled("routing.builder.remove_test"),
      removeGroup: titled("routing.builder.remove_group"),
      notToggle: labelled("routing.builder.not"),
    };
  }, [t]);
}

interface KnownProps extends Omit<SelectProps, "value"> {
  choices: Choice[];
  value: string;
}

/** One of a few known values; one that is not known any more is still shown. */
function Known({ choices, value, ...rest }: KnownProps) {
  const known = choices.some((choice) => choice.value === value);
  const options = value && !known ? [...choices, { value, label: value }] : choices;
  return (
    <Select
      {...rest}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
      className={styles.choice}
      value={value || undefined}
      options={options}
    />
  );
}

function ValueEditor(props: ValueEditorProps) {
  const { t } = useTranslation();
  const { field, operator, handleOnChange: change, disabled } = props;
  const { facts, around } = props.context as Context;
  const type = facts.get(field)?.type;
  const value = fitted((props.value ?? null) as Value, type, operator);
  const choices = around.choices(field);
  const name = t("routing.builder.value_of", {
    fact: props.fieldData.label,
    operator: operatorName(t, operator),
  });
  const shared = { "aria-label": name, disabled, status: statusOf(value) } as const;
  if (operator === "between") {
    return <Pair value={value as (number | null)[]} name={name} change={change} off={disabled} />;
  }
  if (LISTS.has(operator)) {
    return (
      <Select
        {...shared}
        mode="tags"
        className={styles.list}
        value={(value as string[]).map(String)}
        options={choices}
        placeholder={t("routing.builder.several")}
        tokenSeparators={[",", "，", ";", "；"]}
        onChange={(next: string[]) => change(next)}
      />
    );
  }
  if (type === "flag") {
    return (
      <Switch
        aria-label={name}
        disabled={disabled}
        checked={value === true}
        checkedChildren={t("common.yes")}
        unCheckedChildren={t("common.no")}
        onChange={change}
      />
    );
  }
  if (type === "number") {
    if (choices) {
      return (
        <Select
          {...shared}
          className={styles.choice}
          value={value === null ? undefined : String(value)}
          options={choices}
          onChange={(next: string) => change(Number(next))}
        />
      );
    }
    return <InputNumber {...shared} value={value as number | null} onChange={change} />;
  }
  if (choices && CLOSED.has(field) && WHOLE.has(operator)) {
    return (
      <Known
        {...shared}
        choices={choices}
        value={String(value ?? "")}
        placeholder={t("routing.builder.value")}
        onChange={change}
      />
    );
  }
  if (choices) {
    return (
      <AutoComplete
        {...shared}
        className={styles.choice}
        value={String(value ?? "")}
        options={choices}
        placeholder={t("routing.builder.value")}
        onChange={change}
      />
    );
  }
  return (
    <Input
      {...shared}
      className={styles.choice}
      value={String(value ?? "")}
      maxLength={120}
      onChange={(event) => change(event.target.value)}
    />
  );
}

/** Amber while there is no value: the rule cannot be saved yet. */
function statusOf(value: Value): "warning" | undefined {
  const open = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return open ? "warning" : undefined;
}

interface PairProps {
  value: (number | null)[];
  name: string;
  off: boolean | undefined;
  change: (value: (number | null)[]) => void;
}

function Pair({ value, name, off, change }: PairProps) {
  const { t } = useTranslation();
  const [low = null, high = null] = value;
  return (
    <span className={styles.pair}>
      <InputNumber
        aria-label={`${name} ${t("routing.builder.from")}`}
        disabled={off}
        status={statusOf(low)}
        value={low}
        onChange={(next) => change([next, high])}
      />
      <span aria-hidden>–</span>
      <InputNumber
        aria-label={`${name} ${t("routing.builder.to")}`}
        disabled={off}
        status={statusOf(high)}
        value={high}
        onChange={(next) => change([low, next])}
      />
    </span>
  );
}

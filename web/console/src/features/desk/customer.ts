/** A customer's record as the card's form has it, and back. Pure. */
import type { CustomerDetail } from "../../api/types";

export type Values = Pick<
  CustomerDetail,
  "name" | "phone" | "email" | "city" | "tier" | "tags" | "language" | "dedicated_agent"
> & { region?: string };

export function valuesOf(customer: CustomerDetail): Values {
  return { ...customer, region: customer.fields.region ?? "" };
}

/** What is saved: emptied lines are nothing, the region is one of the record's fields. */
export function changesOf({ region, ...values }: Values, customer: CustomerDetail) {
  const { region: _, ...others } = customer.fields;
  const where = region?.trim();
  return {
    ...values,
    phone: values.phone?.trim() || null,
    email: values.email?.trim() || null,
    city: values.city?.trim() || null,
    tier: values.tier?.trim() || null,
    dedicated_agent: values.dedicated_agent ?? null,
    fields: where ? { ...others, region: where } : others,
    version: customer.version,
  };
}

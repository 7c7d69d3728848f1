export const API = "/api/v1";

/** An address of the API; what is put in is encoded. */
export function at(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return API + String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));
}

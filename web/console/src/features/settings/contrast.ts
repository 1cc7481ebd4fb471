/** Whether text can be read on a colour. Source: WCAG 2.2, relative luminance and contrast ratio. */

const HEX = /^#([0-9a-f]{6})$/i;
export const READABLE = 4.5; // AA for text below 18 pt

export function isColour(text: string): boolean {
  return HEX.test(text);
}

function luminance(colour: string): number {
  const digits = HEX.exec(colour)?.[1] ?? "000000";
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** 1 (the same) … 21 (black on white); both as `#rrggbb`. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

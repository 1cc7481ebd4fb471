import { describe, expect, it } from "vitest";
import { bars } from "./draw";

describe("the bars of a waveform", () => {
  it("keep the loudest of each span, each channel by itself", () => {
    const peaks: [number, number][] = [
      [0.1, 0],
      [0.9, 0.2],
      [0, 0.4],
      [0, 0.3],
    ];
    expect(bars(peaks, 2)).toEqual([
      [0.9, 0.2],
      [0, 0.4],
    ]);
  });

  it("repeat peaks when there is more room than peaks, and are silent without any", () => {
    expect(bars([[1, 0.5]], 2)).toEqual([
      [1, 0.5],
      [1, 0.5],
    ]);
    expect(bars([], 1)).toEqual([[0, 0]]);
  });
});

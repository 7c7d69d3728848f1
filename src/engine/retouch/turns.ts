/** Ways to turn or mirror a copy. */

/** Where a step (dx, dy) at the target leads at the source: (xx · dx + xy · dy, yx · dx + yy · dy). */
export interface Turn {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

/** 0 is upright; then small turns, quarters, and mirror images of the more usual of these. */
export const TURNS: readonly Turn[] = [0, 15, -15, 30, -30, 90, 180, 270].flatMap((degrees) => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const turn = { xx: cos, xy: -sin, yx: sin, yy: cos };
  return Math.abs(degrees) === 30 || degrees === 270
    ? [turn]
    : [turn, { xx: -turn.xx, xy: turn.xy, yx: -turn.yx, yy: turn.yy }];
});

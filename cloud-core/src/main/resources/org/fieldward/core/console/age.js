// How old a value may be before it is greyed, and before it is withdrawn. Seconds.
const CONTINUOUS = { stale: 15, withdrawn: 60 };
const SPOT = { stale: 15 * 60, withdrawn: 60 * 60 };

const SPOT_KEYS = new Set([
  'systolic', 'diastolic', 'mean-arterial-pressure', 'glucose', 'weight', 'height', 'bmi', 'head-circumference',
]);

/** 'fresh', 'stale' or 'withdrawn'. */
export function freshness(key, seconds) {
  const limit = SPOT_KEYS.has(key) ? SPOT : CONTINUOUS;
  if (seconds >= limit.withdrawn) return 'withdrawn';
  return seconds >= limit.stale ? 'stale' : 'fresh';
}

/** An age in few characters: 3 s, 4 min, 2 h, 5 d. */
export function shortAge(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 100) return `${whole} s`;
  if (whole < 100 * 60) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86400)} d`;
}

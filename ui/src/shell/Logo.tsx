/** The mark: two threads, over and under. */
export function Logo() {
  return (
    <span className="weft-logo">
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#0b3a5b" />
        <g fill="none" strokeLinecap="round" strokeWidth="3.2">
          <path stroke="#5ec3ff" d="M6 10c5 0 5 12 10 12s5-12 10-12" />
          <path stroke="#ffb454" d="M6 22c5 0 5-12 10-12s5 12 10 12" />
        </g>
      </svg>
      <span className="weft-logo__name">Weft</span>
    </span>
  );
}

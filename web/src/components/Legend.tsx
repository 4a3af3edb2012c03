/** What the three colours of a progress bar say. */
export function Legend() {
  return (
    <p className="legend" aria-label="Colours of the bars">
      <span><i className="landed" /> landed</span>
      <span><i className="applied" /> applied</span>
      <span><i className="profiled" /> profiled</span>
    </p>
  );
}

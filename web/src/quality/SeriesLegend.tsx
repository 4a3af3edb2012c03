/** What the marks in a series' picture say. */
export function SeriesLegend() {
  return (
    <p className="legend" aria-label="Marks in the pictures">
      <span><i className="band" /> expected then</span>
      <span><i className="dot" /> unusual</span>
      <span><i className="dot hollow" /> false alarm</span>
    </p>
  );
}

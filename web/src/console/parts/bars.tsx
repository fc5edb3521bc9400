// Parts of a whole as bars beside their figures: a table whose last column is drawn. Widths are set
// through the element, for the policy lets no style stand in the page.
import { number, percent } from "../format";

interface BarsProps {
  caption: string;
  whole: number;
  rows: readonly [string, number][];
  // How a figure is written where it is not a count; then no share is shown.
  write?: (value: number) => string;
}

export function Bars(props: BarsProps) {
  const { whole } = props;
  const share = (value: number) => (whole > 0 ? Math.min(100, (100 * value) / whole) : 0);
  return (
    <table class="bars">
      <caption class="unseen">{props.caption}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">What</th><th scope="col">Figure</th>
          {!props.write && <th scope="col">Share</th>}
        </tr>
      </thead>
      <tbody>
        {props.rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              {name}
              <span class="bar"><span style={{ width: `${share(value)}%` }} /></span>
            </th>
            <td>{(props.write ?? number)(value)}</td>
            {!props.write && <td class="hint">{percent(value, props.whole)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

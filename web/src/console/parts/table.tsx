// A table with real headers. On a narrow screen each row is shown as a card; the roles are written
// out because a browser forgets them when cells are no longer displayed as cells.
import type { ComponentChildren } from "preact";

export interface Column<T> {
  name: string;
  key?: string; // where names may be alike
  cell: (row: T) => ComponentChildren;
  isNumber?: boolean;
  // The cell that says which row it is.
  isHead?: boolean;
  // The column that the others are to be held against.
  isKey?: boolean;
}

interface TableProps<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T, index: number) => string;
  isBusy?: boolean;
  isPlain?: boolean; // stays a table on a narrow screen
}

function styleOf<T>({ isNumber, isKey }: Column<T>): string | undefined {
  if (isNumber) return "number";
  return isKey ? "key" : undefined;
}

function Cell<T>({ column, row }: { column: Column<T>; row: T }) {
  const inner = (
    <>
      <span class="label" aria-hidden="true">{column.name}</span>
      <span class="value">{column.cell(row)}</span>
    </>
  );
  const style = styleOf(column);
  return column.isHead
    ? <th scope="row" role="rowheader" class={style}>{inner}</th>
    : <td role="cell" class={style}>{inner}</td>;
}

export function Table<T>(props: TableProps<T>) {
  const { columns, rows } = props;
  return (
    <div class="scroll" role="region" aria-label={props.caption} tabIndex={0}>
      <table class={props.isPlain ? "" : "cards"} role="table" aria-busy={props.isBusy ?? false}>
        <caption class="unseen">{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.key ?? column.name} scope="col" role="columnheader"
                class={styleOf(column)}>{column.name}</th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <tr key={props.keyOf(row, index)} role="row">
              {columns.map((column) =>
                <Cell key={column.key ?? column.name} column={column} row={row} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

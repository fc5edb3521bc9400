// A list as the address describes it: waiting, a problem, nothing there, or a table and the way to
// the next page. Filters above it change the address and nothing else.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { address, changed } from "../place";
import { go, usePlace, useQuery } from "../router";
import type { Page } from "../wire";
import { Icon } from "./icon";
import type { Loaded } from "./loading";
import { Empty, ProblemBox, Waiting } from "./said";
import { Table, type Column } from "./table";

interface ListingProps<T> {
  caption: string;
  list: Loaded<Page<T>> & { isFiltered: boolean };
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  none: { title: string; children?: ComponentChildren };
}

export function Listing<T>(props: ListingProps<T>) {
  const { list } = props;
  const top = useRef<HTMLDivElement>(null);
  const { query } = usePlace();
  const cursor = query["cursor"] ?? "";
  const before = useRef(cursor);
  useEffect(() => {
    // Paging by keyboard goes on at the top of the new page.
    if (before.current !== cursor) top.current?.focus();
    before.current = cursor;
  }, [cursor]);
  if (list.problem) return <ProblemBox problem={list.problem} retry={list.reload} />;
  if (!list.data) return <Waiting />;
  const { items, next } = list.data;
  return (
    <div class={list.isBusy ? "listing busy" : "listing"} ref={top} tabIndex={-1}>
      <p class="unseen" role="status">
        {`${items.length} rows shown${next ? ", more follow" : ""}`}
      </p>
      {items.length > 0
        ? <Table caption={props.caption} columns={props.columns} rows={items}
            keyOf={props.keyOf} isBusy={list.isBusy} />
        : <NothingHere isFiltered={list.isFiltered} isEnd={!next} none={props.none} />}
      <Pager next={next} isLater={cursor !== ""} />
    </div>
  );
}

function NothingHere(props: {
  isFiltered: boolean; isEnd: boolean; none: { title: string; children?: ComponentChildren };
}) {
  const { path } = usePlace();
  if (!props.isEnd) return <Empty title="Nothing so far">More is to be searched: go on.</Empty>;
  return props.isFiltered
    ? <Empty title="Nothing fits these filters">
        <a href={address(path)}>Clear the filters</a>
      </Empty>
    : <Empty title={props.none.title}>{props.none.children}</Empty>;
}

function Pager(props: { next: string | null; isLater: boolean }) {
  const { path, query } = usePlace();
  if (!props.next && !props.isLater) return null;
  return (
    <nav class="pager" aria-label="Pages of this list">
      {props.isLater &&
        <a class="button second" href={address(path, changed(query, {}))}>First page</a>}
      {props.next
        ? <a class="button second" href={address(path, changed(query, { cursor: props.next }))}>
            Next page<Icon name="next" />
          </a>
        : <p>End of the list</p>}
    </nav>
  );
}

export type Filter =
  | { name: string; label: string; kind: "text" | "search" | "date" | "email"; hint?: string }
  | { name: string; label: string; kind: "choice"; choices: readonly [string, string][] };

export function Filters(props: { filters: readonly Filter[]; children?: ComponentChildren }) {
  const [query, change] = useQuery();
  const { path } = usePlace();
  const isSet = props.filters.some(({ name }) => query[name]);
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    change(Object.fromEntries(props.filters.map(({ name }) =>
      [name, String(form.get(name) ?? "").trim()])));
  };
  return (
    <form class="filters" role="search" onSubmit={submit}>
      {props.filters.map((filter) => <FilterInput key={filter.name} filter={filter} />)}
      <div class="actions">
        <button type="submit" class="second">Filter</button>
        {isSet &&
          <button type="button" class="plain" onClick={() => go(address(path))}>Clear</button>}
        {props.children}
      </div>
    </form>
  );
}

// The browser keeps what is typed; the address overrules it only when it changes, so that nothing
// typed is lost while a list is being loaded.
function FilterInput({ filter }: { filter: Filter }) {
  const [query] = useQuery();
  const value = query[filter.name] ?? "";
  const input = useRef<HTMLInputElement & HTMLSelectElement>(null);
  const choices = filter.kind === "choice" ? filter.choices : [];
  // Choices may come later than the address: what it says can be chosen all the same.
  const isMissing = value !== "" && !choices.some(([word]) => word === value);
  useEffect(() => {
    if (input.current) input.current.value = value;
  }, [value, choices.length]);
  const id = `filter-${filter.name}`;
  const common = { id, name: filter.name, ref: input };
  return (
    <div class="filter">
      <label for={id}>{filter.label}</label>
      {filter.kind === "choice"
        ? <select {...common} onChange={(event) => event.currentTarget.form?.requestSubmit()}>
            <option value="">Any</option>
            {isMissing && <option value={value}>{value}</option>}
            {choices.map(([word, text]) => <option key={word} value={word}>{text}</option>)}
          </select>
        : <input {...common} type={filter.kind} autocomplete="off"
            placeholder={filter.hint ?? ""} />}
    </div>
  );
}

// The organisation's themes, and a way to make one.
import { themes } from "../client";
import { useMay } from "../me";
import { When } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Listing } from "../parts/listing";
import { useList } from "../parts/loading";
import { Note } from "../parts/said";
import { Screen } from "../parts/screen";
import type { Column } from "../parts/table";
import { address, idPath } from "../place";
import { defaultTheme } from "../theme";
import type { Theme } from "../wire";

export const newTheme = "+new";

const columns: readonly Column<Theme>[] = [
  { name: "Theme", isHead: true, cell: (row) => (
    <>
      <a href={address(idPath("appearance", row.name))}>{row.name}</a>
      {row.name === defaultTheme && <small>where no theme is named</small>}
    </>
  ) },
  { name: "Colours", cell: (row) => (
    <span class="swatches" aria-hidden="true">
      {Object.entries(row.colours).map(([name, colour]) =>
        <span key={name} style={{ backgroundColor: colour }} />)}
    </span>
  ) },
  { name: "Radius", isNumber: true, cell: (row) => `${row.radius} px` },
  { name: "Logo", cell: (row) => (row.logo ? "Yes" : "No") },
  { name: "Wording", cell: (row) => {
    const languages = Object.keys(row.wording);
    return languages.length > 0 ? languages.join(", ") : "–";
  } },
  { name: "Changed", cell: (row) => <When at={row.updatedAt} /> },
];

const makeDefault = <a href={address(idPath("appearance", defaultTheme))}>Make the default</a>;

export function AppearanceList() {
  const list = useList(themes.list, []);
  const isOwner = useMay("owner");
  const make = address(idPath("appearance", newTheme));
  return (
    <Screen title="Appearance"
      lead={"How the pages look to the people you invite. An enrolment may name a theme: "
        + "one of these, white or dark. Wherever none is named, default is worn."}
      actions={isOwner && <a class="button" href={make}><Icon name="plus" />Theme</a>}>
      {list.data && list.data.items.length > 0 &&
        !list.data.items.some((row) => row.name === defaultTheme) && (
          <Note>
            <p>There is no default of your own: the pages of invitations and devices, and of
              enrolments that name no theme, look like ours.</p>
            {isOwner && <p>{makeDefault}</p>}
          </Note>
        )}
      <Listing caption="Themes" list={list} columns={columns} keyOf={(row) => row.name} none={{
        title: "No theme of your own yet",
        children: <>All pages look like ours. {isOwner && makeDefault}</>,
      }} />
    </Screen>
  );
}

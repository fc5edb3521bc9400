// What surrounds every screen: the way past it for keyboards, who and where one is, the rooms, and
// the screen the address names.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { MeContext, mayAs } from "./me";
import { roleOf } from "./names";
import { Icon, Mark, type IconName } from "./parts/icon";
import { ProblemBox } from "./parts/said";
import { Screen } from "./parts/screen";
import { useSignOut } from "./parts/sign_out";
import { address, match, root, type Found } from "./place";
import { usePlace } from "./router";
import { Account } from "./screens/account";
import { AppearanceList } from "./screens/appearance_list";
import { AppearanceEditor } from "./screens/appearance_editor";
import { Audit } from "./screens/audit";
import { Credentials } from "./screens/credentials";
import { ImportInvitations } from "./screens/invitation_import";
import { InvitationDetail } from "./screens/invitation";
import { NewInvitation } from "./screens/invitation_new";
import { Invitations } from "./screens/invitations";
import { Letters } from "./screens/letters";
import { Notices } from "./screens/notices";
import { OrganisationScreen } from "./screens/organisation";
import { OverviewScreen } from "./screens/overview";
import { SessionDetail } from "./screens/session";
import { Sessions } from "./screens/sessions";
import { SkillDetail } from "./screens/skill";
import { Skills } from "./screens/skills";
import { StaffScreen } from "./screens/staff";
import { Webhooks } from "./screens/webhooks";
import type { Me, Role } from "./wire";

interface Room {
  path: string;
  name: string;
  icon: IconName;
  least: Role;
  group: string;
}
function room(
  path: string, name: string, icon: IconName, group: string, least: Role = "read_only",
): Room {
  return { path, name, icon, least, group };
}
const rooms: readonly Room[] = [
  room("/", "Overview", "overview", "Work"),
  room("/invitations", "Invitations", "invitations", "Work"),
  room("/sessions", "Sessions", "sessions", "Work"),
  room("/letters", "Letters", "letters", "Work"),
  room("/skills", "Skills", "skills", "Set-up"),
  room("/credentials", "Credentials", "credentials", "Set-up"),
  room("/webhooks", "Webhooks", "webhooks", "Set-up"),
  room("/appearance", "Appearance", "appearance", "Set-up"),
  room("/organisation", "Organisation", "organisation", "Set-up"),
  room("/staff", "Staff", "staff", "People", "owner"),
  room("/audit", "Audit trail", "audit", "People", "owner"),
];

export interface ScreenProps { found: Found; onLeave: () => void }
type Row = [pattern: string, screen: ComponentType<ScreenProps>, least: Role];
const screens: readonly Row[] = [
  ["/", OverviewScreen, "read_only"],
  ["/invitations", Invitations, "read_only"],
  ["/invitations/new", NewInvitation, "reviewer"],
  ["/invitations/import", ImportInvitations, "reviewer"],
  ["/invitations/:id", InvitationDetail, "read_only"],
  ["/sessions", Sessions, "read_only"],
  ["/sessions/:id", SessionDetail, "read_only"],
  ["/letters", Letters, "read_only"],
  ["/skills", Skills, "read_only"],
  ["/skills/:name", SkillDetail, "read_only"],
  ["/credentials", Credentials, "read_only"],
  ["/webhooks", Webhooks, "read_only"],
  ["/webhooks/notices", Notices, "read_only"],
  ["/appearance", AppearanceList, "read_only"],
  ["/appearance/:name", AppearanceEditor, "read_only"],
  ["/organisation", OrganisationScreen, "read_only"],
  ["/staff", StaffScreen, "owner"],
  ["/audit", Audit, "owner"],
  ["/account", Account, "read_only"],
];

function Absent() {
  return (
    <Screen title="There is nothing here">
      <p>The address leads to no screen of the console. <a href={root}>Go to the overview</a></p>
    </Screen>
  );
}

function Forbidden() {
  return (
    <Screen title="Not for your role">
      <p>An owner of this organisation may see this, and may change your role.</p>
    </Screen>
  );
}

function Current(props: { path: string; role: Role; onLeave: () => void }) {
  for (const [pattern, Found, least] of screens) {
    const found = match(pattern, props.path);
    if (!found) continue;
    if (!mayAs(props.role, least)) return <Forbidden key="forbidden" />;
    return <Found key={props.path} found={found} onLeave={props.onLeave} />;
  }
  return <Absent key="absent" />;
}

export function Shell(props: { me: Me; onLeave: () => void }) {
  const { me } = props;
  const { path } = usePlace();
  return (
    <MeContext.Provider value={me}>
      <a class="skip" href="#main">Skip to the content</a>
      <div class="shell">
        <Sidebar {...props} path={path} />
        <main id="main" tabIndex={-1}>
          <Current path={path} role={me.staff.role} onLeave={props.onLeave} />
        </main>
      </div>
    </MeContext.Provider>
  );
}

function Sidebar(props: { me: Me; path: string; onLeave: () => void }) {
  const { me, path } = props;
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(false), [path]);
  const { signOut, problem, isBusy } = useSignOut(props.onLeave);
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen) return;
    setOpen(false);
    button.current?.focus();
  };
  return (
    <header class={isOpen ? "side open" : "side"} onKeyDown={closeOnEscape}>
      <div class="brand">
        <a href={root} class="name" aria-label="Limen, overview"><Mark />Limen</a>
        {me.isDev && <span class="badge warn">Dev mode</span>}
        <button type="button" ref={button} class="plain square menu" aria-expanded={isOpen}
          aria-controls="rooms" onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "close" : "menu"} /><span class="unseen">Menu</span>
        </button>
      </div>
      <div class="folds" id="rooms">
        <p class="organisation">{me.organisation.name}</p>
        <Rooms role={me.staff.role} path={path} />
        <div class="self">
          <a href={address("/account")} aria-current={path === "/account" ? "page" : undefined}>
            <Icon name="account" />
            <span>{me.staff.name || me.staff.email}<small>{roleOf(me.staff.role)}</small></span>
          </a>
          <ProblemBox problem={problem} />
          <button type="button" class="plain" aria-busy={isBusy} onClick={signOut}>
            <Icon name="out" />Sign out
          </button>
        </div>
      </div>
    </header>
  );
}

function Rooms(props: { role: Role; path: string }) {
  const groups = [...new Set(rooms.map((room) => room.group))];
  const isIn = (room: Room) =>
    room.path === "/" ? props.path === "/" : `${props.path}/`.startsWith(`${room.path}/`);
  return (
    <nav aria-label="Console">
      {groups.map((group) => {
        const shown = rooms.filter((room) => room.group === group && mayAs(props.role, room.least));
        return shown.length > 0 && (
          <div key={group}>
            <h2>{group}</h2>
            <ul>
              {shown.map((room) => (
                <li key={room.path}>
                  <a href={address(room.path)} aria-current={isIn(room) ? "page" : undefined}>
                    <Icon name={room.icon} />{room.name}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

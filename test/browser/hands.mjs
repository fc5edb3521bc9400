// How a person works a page: with a pointer, or with a keyboard alone. Both can do the same things;
// the keyboard reaches every control by Tab, and wants to see where it is.
const TABS = 150; // more controls than any page of ours has

export class Pointer {
  constructor(page) {
    this.page = page;
  }

  press(target) {
    return target.click();
  }

  fill(target, text) {
    return target.fill(text);
  }

  choose(target, value) {
    return target.selectOption(value);
  }

  check(target) {
    return target.check({ force: true });
  }

  /** A file input of ours may be dressed as a button: what counts is that it takes the file. */
  give(target, file) {
    return target.setInputFiles(file);
  }
}

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Tabs until the target has the focus, and looks whether that can be seen. */
  async reach(target) {
    const wish = await target.elementHandle();
    for (let i = 0; i < TABS; ++i) {
      const [isThere, isSeen] = await wish.evaluate((e) => {
        const style = getComputedStyle(e);
        const near = getComputedStyle(e.closest("label, .choice, .check, .file") ?? e);
        const ring = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 ||
          s.boxShadow !== "none";
        return [document.activeElement === e, ring(style) || ring(near)];
      });
      if (isThere && !isSeen) throw new Error(`no focus ring on ${await this.name(target)}`);
      if (isThere) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach ${await this.name(target)}`);
  }

  name(target) {
    return target.evaluate((e) => e.outerHTML.slice(0, 160));
  }

  async press(target) {
    await this.reach(target);
    const isLink = await target.evaluate((e) => e.tagName === "A");
    await this.page.keyboard.press(isLink ? "Enter" : "Space");
  }

  async fill(target, text) {
    await this.reach(target);
    const kind = await target.getAttribute("type");
    if (kind === "date") return target.fill(text); // its parts are the browser's own
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.type(text);
  }

  async choose(target, value) {
    await this.reach(target);
    const label = await target.evaluate((e, v) => [...e.options].find((o) => o.value === v)?.text,
      value);
    await this.page.keyboard.type(label); // a closed list goes to what is typed
    if (await target.inputValue() !== value) throw new Error(`typing ${label} chose another`);
  }

  /** Radio buttons are one stop: the arrows go through them. */
  async check(target) {
    const isRadio = await target.evaluate((e) => e.type === "radio");
    if (!isRadio) {
      await this.reach(target);
      if (!(await target.isChecked())) await this.page.keyboard.press("Space");
      return;
    }
    const name = await target.getAttribute("name");
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    const chosen = this.page.locator(`input[type=radio][name="${name}"]:checked`);
    await this.reach(await chosen.count() ? chosen.first() : group.first());
    await this.page.keyboard.press("Space");
    for (let i = await group.count(); i > 0 && !(await target.isChecked()); --i)
      await this.page.keyboard.press("ArrowDown");
    if (!(await target.isChecked())) throw new Error(`arrows do not reach ${name}`);
  }

  async give(target, file) {
    await this.reach(target);
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"),
      this.page.keyboard.press("Space")]);
    await chooser.setFiles(file);
  }
}

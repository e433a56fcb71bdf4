"""What a handler does about systems for a right: decided, weighed, carried out, told."""


def decide(ida, task, act, **texts):
    """Decide what is done about one system; grounds bring their conditions, which are met."""
    ida.go(task)
    ida.follow(f"/measures/{act}")
    ida.fill_in(texts)
    ida.save()
    if conditions := ida.page.locator("main [name=conditions]").all():
        for condition in conditions:
            condition.check(force=True)
        ida.save()
    assert "/measures/" not in ida.path, ida.text


def weigh(ida, **values):
    """Weigh what the right asks; without values, as the person's answers suggest."""
    ida.at("/weighing")
    ida.fill_in(values)
    ida.save()
    assert not ida.path.endswith("/weighing"), ida.text


def carry_out(ida, proof="Søkte på nytt etterpå, og det stemmer."):
    """Carry out everything that is decided and open, with its proof."""
    ida.at("/measures")
    for address in ida.links("/carry-out"):
        ida.go(address)
        ida.put("proof", proof)
        ida.save()
        assert not ida.path.endswith("/carry-out"), ida.text


def tell(ida, name, proof="E-post til kontakten deres"):
    """Note that somebody received the data, and that they were told today."""
    ida.at("/recipients")
    ida.page.locator("main [name=name][type=text]").fill(name)
    ida.page.locator("main form:has([name=name][type=text]) button[type=submit]").click()
    ida.at("/recipients")
    told_today(ida, ida.links("/recipients/")[-1], proof)


def note_named(ida, right):
    """Note whom the register names as recipients of what a right changes.

    It names somebody once a journey of this house has written the texts of its systems: until
    they are noted nothing can be built, and then they are named no more.
    """
    ida.at(f"/recipients?right={right}")
    if ida.page.locator("main form[action$='/recipients/suggested']").count():
        ida.at(f"/answer?right={right}")
        assert ida.page.locator("main form[action$='/build']").count() == 0
        ida.at(f"/recipients?right={right}")
        ida.send("/recipients/suggested")
    assert ida.page.locator("main form[action$='/recipients/suggested']").count() == 0


def tell_noted(ida, right):
    """Tell every recipient that was noted for a right."""
    ida.at(f"/recipients?right={right}")
    for address in ida.links("/recipients/"):
        told_today(ida, address)


def told_today(ida, address, proof="E-post til kontakten deres"):
    """Write down that a recipient was told today, and how."""
    ida.go(address)
    ida.choose("state", "told")
    today = ida.page.evaluate("[new Date().getDate(), new Date().getMonth() + 1]")
    for part, value in zip(("day", "month"), today, strict=True):
        ida.page.locator(f"main [name$='{part}']").first.fill(str(value))
    ida.page.locator("main [name$='year']").first.fill(
        str(ida.page.evaluate("new Date().getFullYear()"))
    )
    ida.put("proof", proof)
    ida.save()


def have_approved(ida, per):
    """Build the answer, and let a second person approve it."""
    ida.build()
    ida.ask_approval()
    per.open_case(ida.number)
    per.approve()

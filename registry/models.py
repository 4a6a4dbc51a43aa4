"""The ground of the registry: changesets, sources, citations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.dates import EarliestDay, LatestDay, PartialDateField
from registry.history import Nature, Reason, tracked
from registry.identifiers import new_public_id
from registry.publishing import PublicManager, PublishableQuerySet, Record
from registry.tallies import Tally as Tally


class Changeset(models.Model):
    """One transaction's changes. Written by the database alone (`registry_changeset_number`)."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    made_at = models.DateTimeField(_("made"))
    # No constraint: the number must stand even when the account is gone.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("by"),
    )
    note = models.TextField(_("reason"), blank=True)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature.choices)
    reason = models.CharField(_("reason for everybody"), max_length=20, choices=Reason.choices, blank=True)
    told = models.CharField(_("sentence for everybody"), max_length=300, blank=True)
    # The transaction that made it: in no other one a change can say that it belongs to this changeset.
    made_in = models.BigIntegerField(null=True, editable=False)

    same_in_every_state = True
    public_fields = ("number", "made_at", "nature", "reason", "told")
    private_fields = ("by", "note", "made_in")

    class Meta:
        verbose_name = _("changeset")
        verbose_name_plural = _("changesets")
        ordering = ["-number"]
        default_permissions = ("view",)
        permissions = [("publish_records", "Can publish, withhold and retract records")]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def latest_number(cls) -> int:
        """The number of the newest changeset; 0 in a registry that holds nothing."""
        return cls.objects.aggregate(newest=models.Max("number"))["newest"] or 0


class Link(models.Model):
    """What a changeset adds to the chain of hashes. Written by the database alone (`registry_seal`)."""

    number = models.BigIntegerField(_("changeset"), primary_key=True)
    # Another one once words were removed from the changeset, so that they can't be guessed back.
    salt = models.CharField(max_length=64)
    about = models.CharField(_("stands for the changeset"), max_length=64)
    rows = models.CharField(_("stands for its rows of history"), max_length=64)
    # The columns that the rows had, see registry.chain.
    shape = models.IntegerField()
    hash = models.CharField(_("hash"), max_length=64)

    same_in_every_state = True
    public_fields = ("number", "about", "rows", "hash")
    private_fields = ("salt", "shape")

    class Meta:
        verbose_name = _("link of the chain")
        verbose_name_plural = _("links of the chain")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class Shape(models.Model):
    """The columns of each table of history while some changesets were made. Written after migrations."""

    number = models.IntegerField(primary_key=True)
    columns = models.JSONField()

    same_in_every_state = True
    private_fields = ("number", "columns")

    class Meta:
        verbose_name = _("shape of the history")
        verbose_name_plural = _("shapes of the history")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


@tracked
class RemovedRow(models.Model):
    """A row of history whose words were removed because they were a danger; what stood for it in the chain stays.

    What is left of the row has a digest as well: nobody can put other words there.
    """

    table = models.CharField(_("table"), max_length=63)
    row = models.BigIntegerField(_("row"))
    stands_for_it = models.CharField(_("what stands for it in the chain"), max_length=64)
    left_as = models.CharField(_("what stands for what is left of it"), max_length=64)

    private_fields = ("id", "table", "row", "stands_for_it", "left_as")
    # No record: it stays when a changeset is taken back.
    is_work = True

    class Meta:
        verbose_name = _("removed row of history")
        verbose_name_plural = _("removed rows of history")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="row_is_removed_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


web_address = URLValidator(schemes=["http", "https"], message=_("Enter a web address that begins with https://."))


class SourceQuerySet(PublishableQuerySet):
    def open(self) -> SourceQuerySet:
        """Sources that may be shown: restricted ones are cited as “restricted source” and nothing more."""
        return self.filter(access=Source.Access.PUBLIC)


@tracked
class Source(Record):
    """A document that says something."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        NGO_STATEMENT = "ngo_statement", _("NGO statement")
        OFFICIAL_NOTICE = "official_notice", _("official notice")
        COURT_RECORD = "court_record", _("court record")
        TESTIMONY = "testimony", _("testimony")

    class Reliability(models.TextChoices):
        HIGHLY_RELIABLE = "highly_reliable", _("highly reliable")
        LIKELY_RELIABLE = "likely_reliable", _("likely reliable")
        UNSURE = "unsure", _("unsure")
        LIKELY_UNRELIABLE = "likely_unreliable", _("likely unreliable")
        HIGHLY_UNRELIABLE = "highly_unreliable", _("highly unreliable")
        UNKNOWN = "unknown", _("unknown")

    class Access(models.TextChoices):
        PUBLIC = "public", _("public")
        RESTRICTED = "restricted", _("restricted: cited, never shown")

    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind.choices,
        default=Kind.NEWS,
        help_text=_(
            "What sort of document it is. A statement of an organisation is not news, though news may quote it."
        ),
    )
    title = models.CharField(
        _("title"), max_length=500, help_text=_("As the document gives it. Never shown if access is restricted.")
    )
    publisher = models.CharField(
        _("publisher"), max_length=200, blank=True, help_text=_("News agency, organisation, court or office.")
    )
    author = models.CharField(
        _("author"), max_length=200, blank=True, help_text=_("Only if the document names its author publicly.")
    )
    url = models.URLField(_("web address"), max_length=1000, blank=True, validators=[web_address])
    archived_url = models.URLField(
        _("archived address"),
        max_length=1000,
        blank=True,
        validators=[web_address],
        help_text=_("A copy that will stay when the page is gone."),
    )
    published_on = PartialDateField(_("published on"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=8, blank=True, help_text=_("Two letters, such as be, ru or en.")
    )
    retrieved_on = models.DateField(_("retrieved on"), null=True, blank=True)
    sha256 = models.CharField(
        _("SHA-256 of the stored text"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"\A[0-9a-f]{64}\Z", _("64 hexadecimal digits."))],
    )
    reliability = models.CharField(
        _("reliability"),
        max_length=20,
        choices=Reliability.choices,
        default=Reliability.UNKNOWN,
        help_text=_(
            "How far this document is to be believed, in your judgement. “Not known” until somebody has judged."
        ),
    )
    access = models.CharField(
        _("access"),
        max_length=10,
        choices=Access.choices,
        default=Access.PUBLIC,
        help_text=_("Restricted: the public sees “restricted source” and nothing of this page."),
    )
    published_on_earliest = models.GeneratedField(
        expression=EarliestDay("published_on"), output_field=models.DateField(), db_persist=True
    )
    published_on_latest = models.GeneratedField(
        expression=LatestDay("published_on"), output_field=models.DateField(), db_persist=True
    )

    objects: ClassVar = SourceQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(SourceQuerySet)()

    public_fields = (
        "kind", "title", "publisher", "author", "url", "archived_url", "published_on", "language",
        "retrieved_on", "sha256", "reliability", "access", "published_on_earliest", "published_on_latest",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="source_hash_is_sha256",
                violation_error_message=_("The SHA-256 has 64 hexadecimal digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_restricted(self) -> bool:
        return self.access == self.Access.RESTRICTED

    def get_absolute_url(self) -> str:
        return reverse("source-detail", args=[self.public_id])


@tracked
class SourcePrivate(models.Model):
    """What the public never sees of a source."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="private", verbose_name=_("source"))
    notes = models.TextField(_("editors’ notes"), blank=True, help_text=_("Never published."))
    stored_text = models.TextField(_("stored text"), blank=True, help_text=_("Never published."))

    private_fields = ("id", "source", "notes", "stored_text")

    class Meta:
        verbose_name = _("private part of a source")
        verbose_name_plural = _("private parts of sources")

    def __str__(self) -> str:
        return str(self.source)


class CitationQuerySet(models.QuerySet):
    def published(self) -> CitationQuerySet:
        """Citations whose source is published; a restricted one is shown without its particulars."""
        return self.filter(source__publication="published")

    def for_page(self) -> CitationQuerySet:
        return self.published().select_related("source").order_by("pk")


@tracked
class Citation(models.Model):
    """A source supports a record, or one field of it."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="citations_made", verbose_name=_("source"))
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    record = GenericForeignKey()
    field = models.CharField(
        _("field"),
        max_length=60,
        blank=True,
        help_text=_("Empty: the whole record. Name a field for what drives counts: dates, ends, sex, numbers."),
    )
    locator = models.CharField(_("page or paragraph"), max_length=100, blank=True)
    quote = models.CharField(
        _("short quote"), max_length=500, blank=True, help_text=_("The words themselves, at most two sentences.")
    )

    objects: ClassVar = CitationQuerySet.as_manager()

    public_fields = ("source", "field", "locator", "quote")
    shown_as_of_today = ("locator", "quote")
    private_fields = ("id", "content_type", "object_id")

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "content_type", "object_id", "field", "locator"],
                name="citation_is_made_once",
                violation_error_message=_("This source is cited for this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.field})" if self.field else str(self.source)

    def clean(self) -> None:
        if not self.field or not self.content_type_id:
            return
        try:
            model = self.content_type.model_class()
            if model is not None:
                model._meta.get_field(self.field)
        except FieldDoesNotExist:
            raise ValidationError(
                {"field": _("This record has no field “%(field)s”.") % {"field": self.field}}
            ) from None


class FreezeQuerySet(models.QuerySet["Freeze"]):
    def in_force(self) -> FreezeQuerySet:
        return self.filter(lifted_at=None)


class Freeze(models.Model):
    """An account that was stopped at once, because somebody else may have it in their hands."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="freezes", verbose_name=_("account")
    )
    why = models.TextField(_("reason"), help_text=_("What happened, for the other editors. Never published."))
    # Empty: the operator, at the command line.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    frozen_at = models.DateTimeField(_("frozen"), db_default=Now(), editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)
    set_aside = models.JSONField(_("set aside"), default=list)

    objects: ClassVar = FreezeQuerySet.as_manager()

    private_fields = ("id", "account", "why", "by", "frozen_at", "lifted_by", "lifted_at", "set_aside")

    class Meta:
        verbose_name = _("freeze of an account")
        verbose_name_plural = _("freezes of accounts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(lifted_at=None),
                name="account_is_frozen_once",
                violation_error_message=_("This account is frozen already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.account)


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    def open(self) -> ProposedChangeQuerySet:
        """Those that nobody has decided on, the oldest first."""
        return self.filter(state=ProposedChange.State.OPEN).select_related("by", "content_type").order_by("pk")

    def sent_back_to(self, user: Any) -> ProposedChangeQuerySet:
        found = self.filter(state=ProposedChange.State.DECLINED, by=user)
        return found.select_related("decided_by", "content_type").order_by("pk")

    def of(self, record: models.Model) -> ProposedChangeQuerySet:
        """Those that were made on the page of a record."""
        return self.filter(content_type=ContentType.objects.get_for_model(type(record)), object_id=record.pk)


class ProposedChange(models.Model):
    """A change to what is or was public: what is published stands until a second person accepts it.

    `rows` holds what it would do to each row, before and after; `typed` the form as it was sent, until it is decided,
    and `address` the page of that form. `act` is a step that has to be taken whole, such as a merge: its name as `do`,
    what it needs, and as `page` where it is shown.
    """

    class State(models.TextChoices):
        OPEN = "open", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("sent back")
        TAKEN_BACK = "taken_back", _("taken back")

    token = models.CharField(_("token"), max_length=24, unique=True, default=new_public_id)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    record = GenericForeignKey()
    title = models.TextField(_("title"))
    rows = models.JSONField(_("rows"))
    nature = models.CharField(_("nature"), max_length=10, choices=Nature.choices)
    reason = models.CharField(_("reason for everybody"), max_length=20, choices=Reason.choices, blank=True)
    told = models.CharField(_("told everybody"), max_length=300, blank=True)
    why = models.TextField(_("reason"))
    address = models.TextField(_("page"), blank=True)
    typed = models.JSONField(_("as typed"), default=dict, blank=True)
    act = models.JSONField(_("step"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    # An account that is deleted, such as one of the demo, takes no decision of others with it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("proposed"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    objects: ClassVar = ProposedChangeQuerySet.as_manager()

    private_fields = (
        "id", "token", "content_type", "object_id", "title", "rows", "nature", "reason", "told", "why", "address",
        "typed", "act", "state", "by", "made_at", "decided_by", "decided_at", "answer",
    )  # fmt: skip

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        default_permissions = ()
        indexes = [
            models.Index(fields=["state", "made_at"], name="changes_proposed_by_state"),
            models.Index(fields=["content_type", "object_id"], name="changes_proposed_for_record"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def headline(self) -> str:
        """What lists call it: a step that is taken whole names itself."""
        return self.title if self.act else gettext("Change of %(record)s") % {"record": self.title}

    def get_absolute_url(self) -> str:
        return reverse("desk-change", args=[self.token])

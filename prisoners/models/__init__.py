"""People and what happened to them: one file per noun."""

from prisoners.models.case import Article, Case, CaseDetention, Charge
from prisoners.models.conviction import Appeal, Conviction, ConvictionArticle
from prisoners.models.detention import Detention, Stay
from prisoners.models.edition import ListEdition, ListEntry, ListEntryPrivate
from prisoners.models.importing import ImportRow, ListImport
from prisoners.models.merge import LikelyPair, Merge, NotSamePerson, UncomparedPerson
from prisoners.models.name import Name
from prisoners.models.name_index import NameWord, NewNameWord
from prisoners.models.organisation import Organisation
from prisoners.models.place import Court, Place, Region
from prisoners.models.prisoner import Occupation, Prisoner, PrisonerOccupation, PrisonerPrivate
from prisoners.models.recognition import Recognition, RecognitionBy
from prisoners.models.release import Release
from prisoners.models.request import Request

__all__ = [
    "Appeal", "Article", "Case", "CaseDetention", "Charge", "Conviction", "ConvictionArticle", "Court", "Detention",
    "ImportRow", "LikelyPair", "ListEdition", "ListEntry", "ListEntryPrivate", "ListImport", "Merge", "Name",
    "NameWord", "NewNameWord", "NotSamePerson", "Occupation", "Organisation", "Place", "Prisoner", "PrisonerOccupation",
    "PrisonerPrivate", "Recognition", "RecognitionBy", "Region", "Release", "Request", "Stay", "UncomparedPerson",
]  # fmt: skip

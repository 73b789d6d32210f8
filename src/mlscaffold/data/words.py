"""What the names of columns say: identifiers, codes, counts, moments, later knowledge, people."""

from __future__ import annotations

import re

SPLIT = re.compile(
    r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)"
)
IDS = {"id", "ids", "uuid", "guid", "key", "pid", "uid", "identifier", "hash", "serial", "udi", "rowname", "rownames",
       "isbn", "isbn13", "ean", "sku", "url", "link", "imei", "vin", "iban", "index", "rowid", "rownum",
       "idx", "nr", "pk"}  # fmt: skip
ENTITIES = {"customer", "client", "user", "patient", "subject", "person", "employee", "member", "student", "player",
            "driver", "machine", "device", "unit", "engine", "vehicle", "individual", "account", "household", "store",
            "shop", "sensor", "animal", "participant", "visitor", "reader", "meter", "plant", "batch", "well",
            "respondent", "school", "asset", "pump", "turbine", "borrower", "policyholder", "cust"}  # fmt: skip
CODES = {"code", "type", "class", "category", "kind", "zip", "zipcode", "postcode", "postal", "plz", "zone", "region",
         "season", "weekday", "dayofweek", "wday", "dow", "status", "group", "cluster", "segment", "gender", "sex",
         "race", "channel", "month", "mnth", "mon", "sector", "department", "dept", "branch", "district", "area_code",
         "county", "state", "city", "country", "agent", "company", "carrier", "brand", "model", "flag", "holiday",
         "weather", "weathersit", "origin", "subclass", "occupation", "cat", "marital", "religion", "ethnicity",
         "store", "shop", "dept", "vendor", "supplier", "product", "item", "port", "protocol", "version", "mode",
         "label", "fips", "naics", "sic", "color", "colour", "material", "day_type"}  # fmt: skip
AMOUNTS = {"count", "number", "num", "no", "total", "sum", "qty", "quantity", "amount", "amnt", "age", "years", "days",
           "hours", "minutes", "score", "size", "rooms", "bedrooms", "bathrooms", "bath", "baths", "distance", "length",
           "width", "height", "weight", "price", "income", "rate", "ratio", "percent", "pct", "temp", "temperature",
           "cost", "salary", "level", "rank", "hour", "hr", "time", "duration", "area", "population", "avg", "mean",
           "max", "min", "std", "floor", "floors", "children", "adults", "babies", "dependents", "passengers",
           "visits", "calls", "points", "depth", "speed", "index", "tenure", "year", "volume", "cars", "doors",
           "cylinders", "qual", "cond", "quality", "grade", "rating", "times", "previous", "nights", "delinq", "inq",
           "kitchen", "siblings", "parents", "sibsp", "parch", "sqft", "nr", "spaces", "requests", "changes", "humidity",
           "pressure", "wind", "fireplaces", "stars", "votes", "likes", "views", "limit", "balance"}  # fmt: skip
LATER = {"dropoff", "end", "ended", "finished", "close", "closed", "completed", "completion", "return",
         "returned", "outcome", "result", "cancel", "canceled", "cancelled", "cancellation", "paid", "payout",
         "settled", "settlement", "final", "discharge", "resolution", "resolved", "delivered", "delivery", "actual",
         "after", "duration", "status", "reason", "recovered", "recoveries", "refund", "refunded", "collection",
         "survived", "death", "died", "boat", "winner", "sold", "churned", "exit", "termination", "terminated",
         "departed", "repaid", "charged", "chargeoff", "elapsed", "disposition", "verdict", "checkout",
         "updated", "modified", "closing"}  # fmt: skip
LATER_DATES = (LATER | {"last", "finish"}) - {"delivery"}
TOTALS = {"total", "sum", "overall", "gross", "subtotal", "all"}
PAST = {
    "previous",
    "prev",
    "historical",
    "prior",
    "not",
    "last",
    "past",
    "former",
    "earlier",
    "num",
    "days",
    "lag",
}
OUTCOMES = {
    "status",
    "outcome",
    "cancel",
    "canceled",
    "cancelled",
    "discharge",
    "resolved",
    "resolution",
    "updated",
    "modified",
    "terminated",
    "termination",
}
PLACES = {"zone", "borough", "location", "city", "area", "address", "station", "place", "lat", "lon", "latitude",
          "longitude", "district", "country", "state"}  # fmt: skip
SENSITIVE = {"sex", "gender", "age", "race", "ethnicity", "ethnic", "nationality", "religion", "marital", "disability",
             "senior", "citizen", "birth", "dob", "native", "pregnant", "orientation", "caste", "skin", "foreign",
             "immigrant", "nation", "hispanic", "black", "white"}  # fmt: skip
PERSONAL = {"name", "firstname", "lastname", "surname", "fullname", "email", "mail", "phone", "telephone", "mobile",
            "address", "street", "ssn", "passport", "iban", "fax", "forename"}  # fmt: skip
BIRTH = {
    "birth",
    "dob",
    "birthday",
    "birthdate",
    "born",
    "hire",
    "hired",
    "joined",
    "built",
    "founded",
}
TARGETS = {"target": 5, "label": 5, "class": 4, "y": 5, "outcome": 5, "churn": 5, "churned": 5, "attrition": 5,
           "price": 4, "saleprice": 5, "survived": 5, "default": 3, "response": 4, "cnt": 4, "sales": 3, "revenue": 3,
           "species": 4, "fare": 3, "diagnosis": 5, "fraud": 5, "isfraud": 5, "canceled": 4, "cancelled": 4,
           "failure": 4, "quality": 3, "income": 2, "salary": 3, "rating": 2, "score": 2, "demand": 4, "count": 2,
           "mpg": 4, "charges": 3, "value": 2, "subscribed": 5, "exited": 5, "converted": 5, "purchased": 4,
           "medv": 5, "strength": 3, "profit": 3, "consumption": 3, "load": 2, "yield": 4, "delay": 3, "rings": 4,
           "won": 3, "win": 3, "spam": 4, "sentiment": 4, "approved": 4, "risk": 3, "stroke": 4, "disease": 4,
           "appliances": 3, "duration": 1, "rent": 3, "loan_status": 5, "readmitted": 5, "deposit": 3}  # fmt: skip
ANOMALIES = {
    "anomaly",
    "anomalous",
    "outlier",
    "fault",
    "faulty",
    "abnormal",
    "is_anomaly",
    "attack",
    "intrusion",
}
USERS = {
    "user",
    "userid",
    "customer",
    "customerid",
    "member",
    "memberid",
    "reader",
    "visitor",
    "client",
    "uid",
    "reviewer",
    "reviewerid",
    "account",
    "household",
    "personid",
    "cust",
    "listener",
    "viewer",
    "buyer",
}
ITEMS = {
    "item",
    "itemid",
    "movie",
    "movieid",
    "film",
    "book",
    "bookid",
    "product",
    "productid",
    "stockcode",
    "sku",
    "article",
    "asin",
    "song",
    "track",
    "artist",
    "game",
    "isbn",
    "business",
    "restaurant",
    "anime",
    "joke",
    "recipe",
    "video",
    "course",
    "content",
    "contentid",
    "business_id",
    "app",
    "title",
    "stock",
    "beer",
    "hotel",
}
RATINGS = {"rating", "ratings", "stars", "score", "vote", "overall", "rate", "preference", "plays", "playcount",
           "listens", "weight"}  # fmt: skip
SENSES = re.compile(r"\b(max|min|mean|std|avg|lag|delta)\b")


def words(name: str) -> list[str]:
    """Return the words that a name is made of, in lower case."""
    return [word.lower() for word in SPLIT.split(name) if word]


def has(name: str, known: set[str]) -> bool:
    """Return whether one of the words of a name, or the whole of it, is known."""
    parts = words(name)
    return bool(known & {*parts, "".join(parts), "_".join(parts)})


def is_id(name: str) -> bool:
    """Return whether a name is that of an identifier."""
    parts = words(name)
    joined = "".join(parts)
    return (
        bool(IDS & {*parts, joined})
        or joined.endswith(("uuid", "guid"))
        or bool(
            re.fullmatch(r"[a-z]{3,}id|[a-z]+_?(no|num|number|nr)", name.lower())
            and has(
                re.sub(r"(id|_?(no|num|number|nr))$", "", name.lower()),
                ENTITIES | {"order", "invoice", "row", "serial"},
            )
        )
    )


def human(name: str) -> str:
    """Return a name as people say it: words in lower case; units and abbreviations as they are."""
    if not re.fullmatch(r"[\w. -]+", name):
        head = re.match(r"[\w -]*", name)
        said = head[0].lower() if head and not head[0].isupper() else ""
        return said + name[len(said) :]
    parts = [word for word in SPLIT.split(name) if word]
    said_parts = [word if word.isupper() and len(word) > 1 else word.lower() for word in parts]
    return " ".join(said_parts) or name

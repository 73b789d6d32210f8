"""What the names of columns say: identifiers, codes, counts, moments, later knowledge, people."""

from __future__ import annotations

import re

QUESTION = 7  # words: a name of more is a sentence of a survey, and stays as it is
SPLIT = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
SPOKEN = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # m2 is one word
GERMAN = re.compile(  # nouns by their last part; short ones only as such a part
    r"(preis|zahl|monat|woche|\w{4}ung|heit|keit|schaft|tät|fläche|flaeche|größe|groesse|länge|laenge"
    r"|breite|höhe|hoehe|dauer|nummer|menge|betrag|datum|geschlecht|klasse|kunde|kunden|umsatz"
    r"|gewicht|hersteller|kraftstoff|verbrauch|miete|kosten|gewinn|verlust|stärke|temperatur"
    r"|feuchte|farbe|bezirk|straße|strasse|stadt|zustand|ausstattung|erwachsene|kinder|gäste"
    r"|marktsegment|zimmer|beruf|familienstand|ergebnis"
    r"|herkunftsland|\w{4}(jahr|wert|zeit|anteil))$"
)
SENSES = re.compile(r"\b(max|min|mean|std|avg|lag|delta)\b")

IDS = {  # names rows or things
    *"""
    ean guid hash iban id identifier ids idx imei index isbn isbn13 key link nr pid pk rowid
    rowname rownames rownum serial sku studyid subjid udi uid url usubjid uuid vin
    """.split()
}
ENTITIES = {  # things that several rows may be about
    *"""
    account animal asset batch borrower client cust customer device driver emp employee engine
    household individual machine member meter participant patient person plant player
    policyholder pump reader respondent school sensor shop store student subject turbine unit
    user vehicle visitor well
    """.split()
}
HOLDERS = {  # what holds several animals or people
    *"""
    cage centre center class classroom clinic family farm flock herd hospital household litter
    nest pen school site tank village ward
    """.split()
}
AMBIGUOUS = {*"animal batch meter plant unit well".split()}  # kinds or amounts as often as things
CODES = {  # classes, also where they are written as numbers
    *"""
    agent area_code branch brand carrier cat category channel city class cluster code color
    colour company country county day_type dayofweek department dept district dow ethnicity fips
    flag gender group holiday item kind label marital material mnth mode model mon month naics
    occupation origin plz port postal postcode product protocol race region religion season
    sector segment sex shop sic state status store subclass supplier type vendor version wday
    weather weathersit weekday zip zipcode zone
    """.split()
}
AMOUNTS = {  # how much or how many: numbers, however few there are
    *"""
    adults age amnt amount area avg babies balance bath bathrooms baths bedrooms budget calls cars
    changes children cond cost count cylinders days delinq dependents depth distance doors duration
    earnings experience fireplaces floor floors gears grade gross height hour hours hr humidity
    income index inq inventory kg kitchen km kwh length level likes limit max mean min minutes mpg
    mph nights no nr num number parch parents passengers pct percent points population pressure
    previous price qty qual quality quantity rank rate rating ratio requests revenue rooms salary
    sales score siblings sibsp size spaces speed sqft seats stars std sum temp temperature tenure
    time times total views visits volume votes weight width wind year years
    """.split()
}
LATER = {  # known only afterwards
    *"""
    actual after airtime arrtime boat cancel canceled cancellation cancelled charged chargeoff
    checkout churned close closed closing collection completed completion death delivered
    delivery departed died discharge disposition dropoff duration elapsed end ended exit final
    finished future gratuity modified next outcome paid payout reason recovered recoveries
    refund refunded repaid resolution resolved result return returned settled settlement sold
    status survived taxiin terminated termination tip tips tomorrow updated verdict winner
    """.split()
}
SPANS = {  # for how long, where a time of day is written alike
    *"""
    dauer dur duration elapsed laptime length ridelength runtime span splittime timetaken took
    waited waiting
    """.split()
}
LATER_DATES = (LATER | {"last", "finish"}) - {"delivery"}  # dates that come at the end
TOTALS = {  # sums that may hold the target
    *"all amount gross overall subtotal sum total totals".split()
}
PAST = {  # about earlier times: no target
    *"""
    days earlier former historical lag last not num past prev previous prior
    """.split()
}
MADE = {  # in front of a name: its logarithm, change, square
    *"""
    abs absolute adj adjusted c capped cl clean d l ln log n norm normalized rounded scaled sq std z
    """.split()
}
EVENTS = {  # what those who were followed for some time came to, or not yet
    *"""
    arrest cens censored dead death deceased delta died event failure fustat observed recurrence
    relapse status uncensored
    """.split()
}
FOLLOWED = {  # for how long
    *"""
    days durat duration followup futime lifetime months stop survival survivaltime survtime t time
    timetoevent tte week weeks
    """.split()
}
OUTCOMES = {  # days of an outcome
    *"""
    cancel canceled cancelled discharge modified outcome resolution resolved status terminated
    termination updated
    """.split()
}
PLACES = {  # where something is, known beforehand also where a journey ends
    *"""
    address area borough city country district lat latitude location lon longitude place state
    station zone
    """.split()
}
SENSITIVE = {  # who people are
    *"""
    age asian birth black caste citizen disability dob ethnic ethnicity female foreign gender
    hisp hispan hispanic immigrant latino male marital maritl nation nationality native
    orientation pregnant race religion senior sex skin white
    """.split()
}
THINGS = {  # what machines, houses, materials and animals have: their age is nobody's
    *"""
    bedrooms breed building cement cylinders displacement doors engine fuel fueltype fur horsepower
    hp km mileage model odometer rooms sqft strength transmission
    """.split()
}
PEOPLE = SENSITIVE - {"age"} | {  # what is said of people
    *"""
    bmi children client customer dependents driver education employee experience income job
    member name occupation patient person population profession salary smoker student
    """.split()
}
PERSONAL = {  # what names one person
    *"""
    address email fax firstname forename fullname iban lastname mail mobile name passport phone
    ssn street surname telephone
    """.split()
}
NAMES = {  # what people are called, also where it repeats
    *"""
    familyname firstname forename fullname givenname lastname maidenname nachname prenom surname
    vorname
    """.split()
}
MODELS = {  # what a model said, who has seen the answer
    *"""
    classifier logit pred predicted prediction predictions proba shap yhat
    """.split()
}
AGREED = {*"agreement annotator annotators confidence trust".split()}  # of those who gave labels
DIVISIONS = {  # which part of a file a row is for
    *"""
    cvfold dataset fold foldid istest istrain istraining kfold partition set split subset
    traintest
    """.split()
}
CALENDAR = {  # parts of a moment: when, not how much
    *"""
    date datum day dayofmonth dayofweek dayofyear days dow hour hours hr jahr minute minutes mnth
    mo moment mon monat month months period quarter second seconds step t tag tick time timestamp
    wday week weekday weeks year years yr
    """.split()
}
STATISTICS = {  # of one thing, taken at the same time
    *"""
    average avg close high higher highest low lower lowest max maximum mean median min minimum mod
    modal mode open percentile quantile quartile upper
    """.split()
}
REACTIONS = {  # what people do once something is there: with sales, or after them
    *"""
    claps clicks comments downloads favorites favourites followers follows impressions installs
    likes loves plays rating ratings reach reactions retweets reviews saves shares streams
    subscribers upvotes views visits votes
    """.split()
}
TAKEN = REACTIONS | {*"gross orders purchases revenue sales sold".split()}
EXPECTED = {  # dates to come that are known before
    *"""
    arrival checkin deadline departure due estimated event expected expiration expires expiry
    forecast maturity planned scheduled start valid
    """.split()
}
PRICED = {  # what is seldom free
    *"charges cost costs fare income miete msrp preis price rent salary value wage worth".split()
}
RESULTS = {*"grade grades index mark marks points rating result results score scores".split()}
MONEY = {*"aud cad chf dollar dollars eur euro euros gbp in inr jpy rs rupees usd us".split()}
WORKS = {  # what is known of films and songs as of their length
    *"actor actors album artist director episodes film genre genres movie song title track".split()
}
STATES = {  # what comes of something: sold, shipped, charged off
    *"""
    abandoned accepted active alive approved canceled cancelled charged closed complete completed
    converted current dead deceased declined default defaulted delivered denied died disbursed
    done expired failed finished fulfilled fully inactive late lost open paid passed pending
    processing quit refunded rejected resolved retired returned shipped sold success successful
    suspended terminated withdrawn won
    """.split()
}
PARTS = {*"dev holdout test testing train training val valid validation".split()}
PERSONS = {  # whose names are personal data, while a shop or a machine may have one
    *"""
    borrower buyer client cust customer employee individual member participant patient person
    policyholder respondent reviewer student user visitor
    """.split()
}
PARTS_OF_NAMES = {*"display family first full given last legal maiden middle short".split()}
BIRTH = {  # dates that belong to a thing, not the moment of the row
    *"""
    birth birthdate birthday born built dob founded hire hired joined
    """.split()
}
TARGETS = {  # what is often predicted, and how much the word alone speaks for it
    word: weight
    for weight, said in {
        5: "attrition churn churned converted diagnosis exited final_result fraud homevalue "
        "houseprice housevalue isfraud label loan_status medv outcome readmitted saleprice "
        "subscribed survived target",
        4: "appliances approved canceled cancelled charges class cnt demand failure fare "
        "left miete mpg msrp pm25 preis price profit purchased quit rent response revenue rings "
        "sales sentiment sold spam species yield",
        3: "consumption default delay deposit disease quality result risk salary spent "
        "strength stroke umsatz win won",
        2: "amount count income load loan rating score value",
        1: "duration",
    }.items()
    for word in said.split()
}
ANOMALIES = {  # labels of anomalies
    *"""
    abnormal anomalous anomaly attack fault faulty intrusion is_anomaly outlier
    """.split()
}
SHORT = {  # what a word of a name is short for
    "acct": "account", "amt": "amount", "arr": "arrival", "avg": "average", "cnt": "count",
    "cust": "customer", "dep": "departure", "dept": "department", "hr": "hour", "mnth": "month",
    "nbr": "number of", "nr": "number of", "num": "number of", "pct": "percentage of",
    "prev": "previous", "qty": "quantity", "wday": "day of the week", "yr": "year",
}  # fmt: skip
USERS = {  # who took something
    *"""
    account benutzer buyer client cliente cust customer customerid household kunde kunden
    kundennr listener member memberid nutzer personid reader reviewer reviewerid uid user
    userid viewer visitor
    """.split()
}
ITEMS = {  # what was taken
    *"""
    anime app article artikel artist asin beer book bookid buch business business_id content
    contentid course film game hotel iid isbn item itemid joke movie movieid product productid
    produkt recipe restaurant sku song stock stockcode title track video
    """.split()
}
RATINGS = {  # how good or how often
    *"""
    bewertung listens overall playcount plays preference rate rating ratings score stars vote weight
    """.split()
}


def words(name: str) -> list[str]:
    """Return the words that a name is made of, in lower case."""
    return [word.lower() for word in SPLIT.split(name) if word]


def has(name: str, known: set[str]) -> bool:
    """Return whether one of the words of a name, or the whole of it, is known."""
    parts = words(name)
    return bool(known & {*parts, "".join(parts), "_".join(parts)})


def without_statistics(name: str) -> tuple[list[str], bool]:
    """Return the words of a name but for those of a statistic, and whether there was one."""
    spelled = re.sub(r"(?<![A-Za-z])[Pp](\d+)(th)?(?![a-z])", r" percentile ", name)
    parts = words(spelled)
    rest = [part for part in parts if part not in STATISTICS]
    return rest, len(rest) < len(parts)


def without_money(name: str) -> list[str]:
    """Return the words of a name but for the currency, or the year that prices are of."""
    parts = words(name)
    money = "$" in name or "\u20ac" in name
    return [part for part in parts if part not in MONEY and not (money and part.isdigit())]


def end_alike(name: str, other: str) -> bool:
    """Return whether two names have as many words and the same last one: math score, art score."""
    one, two = words(name), words(other)
    return len(one) == len(two) > 1 and one[-1] == two[-1]


def names_people(name: str) -> bool:
    """Return whether a name is that of personal data; the name of a car is none."""
    rest = {*words(name)} - PARTS_OF_NAMES - ENTITIES - USERS
    return has(name, PERSONAL) and not ("name" in rest and len(rest) > 1)


def names_person(name: str) -> bool:
    """Return whether a name is that of the names of people: Surname, Customer Name."""
    parts = {*words(name)}
    whose = parts - PARTS_OF_NAMES - {"name", "names"}
    return "".join(words(name)) in NAMES or (
        bool(parts & {"name", "names"}) and bool(whose) and whose <= PERSONS
    )


def part_of_name(name: str) -> bool:
    """Return whether a name may be short for that of a name: first, last."""
    return bool(name) and {*words(name)} <= PARTS_OF_NAMES


def names_anomaly(name: str) -> bool:
    """Return whether a name is that of a label of anomalies; that of a symptom of one is not."""
    parts = {*words(name)}
    rest = parts - ANOMALIES - ENTITIES - {"class", "flag", "has", "is", "label", "type"}
    return has(name, ANOMALIES) and not any(part.isalpha() for part in rest)


def names_division(name: str) -> bool:
    """Return whether a name is that of a division of the rows: fold, split, is_train."""
    return "".join(words(name)) in DIVISIONS


def counts_things(parts: list[str]) -> bool:
    """Return whether a name is of how many or how much: defects of a category, a whole question."""
    last = parts[-1]
    several = last.endswith("s") and not last.endswith(("ss", "us", "is")) and last not in CODES
    return len(parts) > QUESTION or (several and last[:-1] not in CODES)


def names_thing(name: str) -> bool:
    """Return whether a name is only that of a thing that rows are about: individual, machine."""
    parts = {*words(name)}
    return bool(parts) and parts <= ENTITIES - AMBIGUOUS - CODES


def entity(name: str) -> str:
    """Return what a thing is called, by the name of its column: a customer, by customer_id."""
    parts = [part for part in words(name) if part not in IDS]
    bare = [part[:-2] if part[:-2] in ENTITIES | CODES else part for part in parts]
    return " ".join(bare) or name


def is_id(name: str) -> bool:
    """Return whether a name is that of an identifier."""
    parts = words(name)
    joined = "".join(parts)
    measured = {"index"} if len(parts) > 1 and parts[-1] == "index" else set()  # of prices, say
    return (
        bool(IDS & {*parts, joined} - measured)
        or joined.endswith(("uuid", "guid"))
        or bool(
            re.fullmatch(r"[a-z]{3,}id|[a-z]+[_ .-]?(no|num|number|nr)\.?", name.lower())
            and has(
                re.sub(r"(id|[_ .-]?(no|num|number|nr)\.?)$", "", name.lower()),
                ENTITIES | {"order", "invoice", "row", "serial"},
            )
        )
    )


def plural(name: str) -> str:
    """Return what several of a thing are called."""
    if name == "person":
        return "people"
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    return re.sub(r"(?<=[^aeiou])y$", "ie", name) + "s"


def is_numbered(said: str) -> bool:
    """Return whether a name says nothing but which column it is: `column 7`, `x1`, `y`."""
    return bool(re.fullmatch(r"column \d+|[a-z]\d*", said))


def is_german(word: str) -> bool:
    """Return whether a word is a German noun, which begins with a capital everywhere."""
    return word[:1].isupper() and bool(GERMAN.search(word.lower()))


def human(name: str) -> str:
    """Return a name as people say it: words in lower case; units and abbreviations as they are."""
    if "?" in name or len(name.split()) > QUESTION:
        return " ".join(name.split())
    if not re.fullmatch(r"[\w. -]+", name):
        head = re.match(r"[\w -]*", name)
        said = head[0].rstrip() if head and "." not in name else ""
        rest = name[len(said) :].replace("[", "(").replace("]", ")")
        return (human(said) + " " * (rest[0] == "(") if said else "") + rest
    parts = [word for word in SPOKEN.split(name) if word]
    said_parts = [word if word.isupper() or is_german(word) else word.lower() for word in parts]
    return " ".join(SHORT.get(word, word) for word in said_parts) or name

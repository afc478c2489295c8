"""An SQLAlchemy session with loaded rows and relations, and the mapper's own
machinery. Needs SQLAlchemy."""

import random

import sqlalchemy
from sqlalchemy import orm


class Base(orm.DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
    name = sqlalchemy.Column(sqlalchemy.String)
    books = orm.relationship("Book", back_populates="author")


class Book(Base):
    __tablename__ = "book"
    id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
    title = sqlalchemy.Column(sqlalchemy.String)
    pages = sqlalchemy.Column(sqlalchemy.Integer)
    author_id = sqlalchemy.Column(sqlalchemy.ForeignKey("author.id"))
    author = orm.relationship(Author, back_populates="books")


def build(scale):
    choose = random.Random(4)
    engine = sqlalchemy.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        authors = int(8000 * scale)
        connection.execute(
            sqlalchemy.insert(Author), [{"id": n, "name": "author %d" % n} for n in range(1, authors + 1)]
        )
        connection.execute(
            sqlalchemy.insert(Book),
            [
                {"title": "book %d" % n, "pages": choose.randrange(900), "author_id": choose.randrange(1, authors + 1)}
                for n in range(int(50000 * scale))
            ],
        )
    session = orm.Session(engine)
    found = session.scalars(sqlalchemy.select(Author).options(orm.selectinload(Author.books))).all()
    kept = choose.sample(found, len(found) * 2 // 3)  # the others go, and leave holes
    del found
    more = session.scalars(sqlalchemy.select(Book).where(Book.pages < 300)).all()
    return session, kept, more

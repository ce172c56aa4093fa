"""The tables, those of one noun in a file. Writing a step goes through ``store/case_writer.py`` alone.

Every row below a case carries ``case_id`` and every unique key of such a table contains it, so that the tables can be
spread by case. Each module is imported by whoever reads its tables; the whole is ``store/schema/whole.py``.
"""

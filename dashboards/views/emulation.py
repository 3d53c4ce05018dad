import streamlit as st

from dashboards.page import open_page

page = open_page()
st.title("…")

import json
import time
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from emulator.services.travel.mail import trips_in_html
from emulator.services.travel.reading import read_bytes
from emulator.services.travel.trip import local

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FLIGHT: dict[str, Any] = {
    "@context": "http://schema.org",
    "@type": "FlightReservation",
    "reservationNumber": "RXJ34P",
    "reservationStatus": "http://schema.org/ReservationConfirmed",
    "underName": {"@type": "Person", "name": "Eva Green"},
    "airplaneSeat": "9A",
    "reservationFor": {
        "@type": "Flight",
        "flightNumber": "110",
        "airline": {"@type": "Airline", "name": "United", "iataCode": "UA"},
        "departureAirport": {"@type": "Airport", "name": "San Francisco Airport", "iataCode": "SFO"},
        "departureTime": "2027-03-04T20:15:00-08:00",
        "arrivalAirport": {"@type": "Airport", "name": "John F. Kennedy International Airport", "iataCode": "JFK"},
        "arrivalTime": "2027-03-05T06:30:00-05:00",
    },
}  # https://developers.google.com/gmail/markup/reference/flight-reservation, the days moved


def page(*values):
    return "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values)


def clock(when, stop):
    return local(when, stop.zone).strftime("%Y-%m-%d %H:%M")


def test_a_flight_in_json_ld():
    (trip,) = trips_in_html(f"<p>Hello</p>{page(FLIGHT)}")
    assert (trip.number, trip.origin.code, trip.target.code, trip.seat) == ("UA110", "SFO", "JFK", "9A")
    assert (clock(trip.starts, trip.origin), clock(trip.ends, trip.target)) == ("2027-03-04 20:15", "2027-03-05 06:30")
    assert (trip.booking, trip.traveller) == ("RXJ34P", "Eva Green")


def test_a_time_without_an_offset_is_of_the_airport():
    flight = {**FLIGHT, "reservationFor": {**FLIGHT["reservationFor"], "departureTime": "2027-03-04T20:15:00"}}
    (trip,) = trips_in_html(page([flight]))
    assert trip.starts == datetime(2027, 3, 5, 4, 15, tzinfo=UTC)


def test_a_cancelled_reservation():
    (trip,) = trips_in_html(page({**FLIGHT, "reservationStatus": "http://schema.org/ReservationCancelled"}))
    assert trip.cancelled


def test_a_train_and_a_hotel_in_one_graph():
    train = {
        "@type": "TrainReservation",
        "reservedTicket": {"ticketedSeat": {"seatNumber": "62", "seatSection": "17"}},
        "reservationFor": {
            "trainName": "TGV",
            "trainNumber": "5186",
            "departureStation": {"name": "Nîmes Gare", "geo": {"latitude": 43.832, "longitude": 4.366}},
            "departureTime": "2026-12-29T18:26:00+01:00",
            "arrivalStation": {"name": "Lyon Part-Dieu"},
        },
    }
    hotel = {
        "@type": "LodgingReservation",
        "checkinTime": "2026-12-29T20:00",
        "checkoutTime": "2026-12-30T11:00",
        "reservationFor": {"name": "Glo", "address": {"addressLocality": "Espoo", "addressCountry": "FI"}},
    }
    first, second = trips_in_html(page({"@graph": [train, hotel]}))
    assert (first.number, first.coach, first.seat, first.origin.zone) == ("TGV 5186", "17", "62", "Europe/Paris")
    assert (second.number, clock(second.starts, second.origin)) == ("Glo", "2026-12-29 20:00")


def test_a_flight_in_microdata():
    text = """
    <div itemscope itemtype="http://schema.org/FlightReservation"><meta itemprop="reservationNumber" content="RXJ34P"/>
      <div itemprop="reservationFor" itemscope itemtype="http://schema.org/Flight">
        <span itemprop="flightNumber">UA<b>110</b></span>
        <div itemprop="departureAirport" itemscope itemtype="http://schema.org/Airport"><meta itemprop="iataCode" content="SFO"></div>
        <time itemprop="departureTime" datetime="2027-03-04T20:15:00-08:00">evening</time>
        <div itemprop="arrivalAirport" itemscope itemtype="http://schema.org/Airport"><span itemprop="iataCode">JFK</span></div>
      </div></div>"""
    (trip,) = trips_in_html(text)
    assert (trip.number, trip.origin.code, trip.target.code, trip.booking) == ("UA110", "SFO", "JFK", "RXJ34P")


def test_a_mail_is_read_through_its_parts():
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "air@example.com", "Your trip"
    mail.set_content("See the page")
    mail.add_alternative(f"<html>{page(FLIGHT)}</html>", subtype="html")
    calendar = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261201T090000Z\r\nSUMMARY:Talk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    mail.add_attachment(calendar, "text", "calendar", filename="talk.ics")
    assert [trip.number for trip in read_bytes(mail.as_bytes(), NOW, "Asia/Shanghai")] == ["UA110", "Talk"]


def test_json_with_commas_too_many_or_too_few_is_let_pass():
    text = json.dumps([FLIGHT, FLIGHT]).replace("}, {", "}{").replace('"9A"', '"9A",', 1).replace(",,", ",")
    broken = text.removesuffix("}]") + ",}]"
    assert len(trips_in_html(f'<script type="application/ld+json">{broken}</script>')) == 2


def test_where_times_are_not_iso_the_boarding_pass_in_the_mail_tells_the_day():
    ride = {**FLIGHT["reservationFor"], "departureTime": "04-03-2027 20:15", "arrivalTime": "05-03-2027 06:30"}
    token = "qrCode:M1GREEN/EVA           ERXJ34P SFOJFKUA 0110 063Y009A0025 100"
    (trip,) = trips_in_html(page({**FLIGHT, "reservationFor": ride, "ticketToken": token}), date(2026, 11, 25))
    assert (clock(trip.starts, trip.origin), clock(trip.ends, trip.target)) == ("2027-03-04 20:15", "2027-03-05 06:30")


def test_a_quoted_sign_ends_no_tag():
    text = """<div itemscope itemtype="http://schema.org/FlightReservation"><meta itemprop="ticketToken" content="qrCode:M1A>51">
      <meta itemprop="airplaneSeat" content="9D"><div itemprop="reservationFor" itemscope><b itemprop="flightNumber">UA110</b></div></div>"""
    assert [(trip.number, trip.seat) for trip in trips_in_html(text)] == [("UA110", "9D")]


@pytest.mark.parametrize(
    "text",
    [
        "<a b='" * 20_000 + ">",
        page(FLIGHT)[:-60],
        '<script type="application/ld+json">' + "[" * 200_000,
        "<div itemscope>" * 30_000,
        "<p itemprop='x'" * 20_000,
        page([{"@type": "x"}] * 20_000),
    ],
)
def test_a_hostile_page_costs_less_than_a_second(text):
    start = time.process_time()
    assert trips_in_html(text) == []
    assert time.process_time() - start < 1.0

"""The mailbox takes its bytes' time, keeps order, respects the FIFO and wakes a sleeping ap."""

import pytest

from emulator.core.events import MessageLost, MessageReceived, MessageSent
from emulator.core.profile import Mailbox as Line
from emulator.devices.mailbox import Mailbox, Message

LINE = Line(baud=460_800.0, irq_us=25.0, fifo=2)


class Receiver:
    """Awake, or asleep until ``wake`` is called."""

    def __init__(self, awake=True):
        self.awake, self.sleeping, self.asked, self.taken = awake, [], [], []

    def when_awake(self, owner, cause, callback):
        if self.awake:
            callback()
        else:
            self.asked.append((owner, cause))
            self.sleeping.append(callback)

    def wake(self):
        self.awake = True
        for callback in self.sleeping:
            callback()

    def message(self, what, size_bytes=64):
        return Message(what, "photo", size_bytes, lambda: self.taken.append(what))


def of(log, kind):
    return [record for record in log.records if isinstance(record.event, kind)]


@pytest.mark.parametrize(("size_bytes", "line_us"), [(64, 1_388.889), (1, 21.701), (4_096, 88_888.889)])
def test_latency_is_bytes_at_baud_and_the_interrupt(kernel, log, size_bytes, line_us):
    receiver = Receiver()
    Mailbox(kernel, log, LINE, receiver.when_awake).to_ap.send(receiver.message("snap", size_bytes))
    kernel.run_until(10**9)
    [received] = of(log, MessageReceived)
    assert received.event.latency_us == pytest.approx(line_us + 25.0, abs=0.002)


def test_messages_share_the_line_and_keep_their_order(kernel, log):
    receiver = Receiver()
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    for what in ("a", "b", "c"):
        box.to_ap.send(receiver.message(what))
    kernel.run_until(10**9)
    assert receiver.taken == ["a", "b", "c"]
    assert [record.t_ns // 1_000 for record in of(log, MessageSent)] == [0, 1_388, 2_777]


def test_the_other_direction_has_its_own_line_and_numbers_stay_unique(kernel, log):
    receiver = Receiver()
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    box.to_ap.send(receiver.message("ask"))
    box.to_mcu.send(receiver.message("tell"))
    kernel.run_until(10**9)
    assert [record.t_ns for record in of(log, MessageSent)] == [0, 0]
    assert [record.event.number for record in of(log, MessageSent)] == [1, 2]


def test_a_full_fifo_makes_the_sender_wait(kernel, log):
    receiver = Receiver(awake=False)
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    for what in ("a", "b", "c"):
        box.to_ap.send(receiver.message(what))
    kernel.run_until(10**9)
    assert len(of(log, MessageSent)) == 2
    assert receiver.asked[0] == ("photo", "message a")
    receiver.wake()
    kernel.run_until(2 * 10**9)
    assert receiver.taken == ["a", "b", "c"]
    assert of(log, MessageSent)[2].t_ns == 10**9 + 25_000


def test_a_power_cut_loses_what_is_under_way(kernel, log):
    receiver = Receiver()
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    box.to_ap.send(receiver.message("lost"))
    box.to_ap.send(receiver.message("lost too"))
    kernel.run_until(500_000)
    box.clear()
    box.to_ap.send(receiver.message("again"))
    kernel.run_until(10**9)
    assert receiver.taken == ["again"]


def losing(*numbers):
    """Return what loses the transmissions of these numbers, counted from 1."""
    sent = iter(range(1, 1_000))
    return lambda: next(sent) in numbers


def test_a_lost_message_is_sent_again_after_the_time_out_and_keeps_its_number(kernel, log):
    receiver = Receiver()
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    box.lose(losing(1))
    box.to_ap.send(receiver.message("snap"))
    kernel.run_until(10**9)
    line_us = 1_388.889
    assert [record.t_ns / 1_000 for record in of(log, MessageSent)] == pytest.approx([0, line_us + 10_000], abs=0.01)
    assert {record.event.number for record in of(log, MessageSent)} == {1}
    [received] = of(log, MessageReceived)
    assert received.event.latency_us == pytest.approx(2 * line_us + 10_000 + 25, abs=0.01)


def test_a_lost_message_holds_up_those_behind_it_so_that_the_order_is_kept(kernel, log):
    receiver = Receiver()
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    box.lose(losing(1, 3))
    for what in ("a", "b", "c"):
        box.to_ap.send(receiver.message(what))
    kernel.run_until(10**9)
    assert receiver.taken == ["a", "b", "c"]


def test_after_the_last_try_a_message_is_given_up_and_the_next_one_goes(kernel, log):
    receiver, given_up = Receiver(), []
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    box.lose(losing(1, 2, 3, 4))
    box.to_ap.send(Message("a", "photo", 64, lambda: receiver.taken.append("a"), lambda: given_up.append("a")))
    box.to_ap.send(receiver.message("b"))
    kernel.run_until(10**9)
    assert (receiver.taken, given_up) == (["b"], ["a"])
    assert [(r.event.attempt, r.event.gave_up) for r in of(log, MessageLost)] == [
        (1, False), (2, False), (3, False), (4, True),
    ]  # fmt: skip


def test_a_message_given_up_leaves_its_place_in_the_fifo(kernel, log):
    receiver = Receiver()
    box = Mailbox(kernel, log, LINE, receiver.when_awake)
    box.lose(losing(*range(1, 13)))
    for number in range(3):
        box.to_ap.send(receiver.message(f"lost{number}"))
    for what in ("a", "b", "c"):
        box.to_ap.send(receiver.message(what))
    kernel.run_until(10**9)
    assert receiver.taken == ["a", "b", "c"]

import Orders
import Synchronization
import Testing
import Units

@testable import Runtime

/// Room for orders and fills: by time and rate, within a bound, and never at an end in silence.
@Suite("Room for orders", .timeLimit(.minutes(1)))
struct OrderRoomTests {
    @Test("it is as much as the time and the rate can use, within bounds")
    func sizes() {
        #expect(OrderRoom(for: .seconds(60), perSecond: 10).orders == OrderRoom.least)
        let day = OrderRoom(for: .seconds(86_400), perSecond: 10)
        #expect(day.orders == 864_010 && day.notice == nil)
        let week = OrderRoom(for: .seconds(604_800), perSecond: 10)
        #expect(week.orders == 1_048_576)
        #expect(week.notice?.contains("room for 1048576 orders") == true)
        #expect(week.notice?.contains("may send 6048010") == true)
        #expect(OrderRoom(for: .distantFuture, perSecond: .max).orders == OrderRoom.most)
    }

    @Test("that it runs out is told at three quarters, and once more near the end")
    func notices() {
        var notices = RoomNotices()
        var told: [Int] = []
        for used in stride(from: 0, through: 1_000, by: 10) {
            var progress = ProgressLineTests.progress()
            (progress.roomUsedPerMille, progress.room) = (used, 65_536)
            if let text = notices.text(progress) {
                told.append(used)
                #expect(text.hasPrefix("\(used / 10) % of the room for 65536 orders"), "\(text)")
            }
        }
        #expect(told == [750, 950])
    }

    @Test("a parent that has used it up ends with words, and with all its fills told")
    func usedUp() throws {
        var fixture = try SessionFixture(quantity: "5.000", seconds: 10)
        fixture.configuration.mostOrders = 64
        fixture.configuration.limits.maxChild = "0.050"
        let said = Mutex<[String]>([])
        fixture.configuration.notice = { line in said.withLock { $0.append(line) } }
        let outcome = try fixture.run()
        #expect(said.withLock { $0 }.contains { $0.contains("there is room for 64 orders") })
        #expect(outcome.state == .halted && outcome.report.parent.stopReason == "capacityReached")
        let fault = try #require(outcome.fault)
        #expect(fault.contains("the room for its orders and fills is used up"), "\(fault)")
        #expect(outcome.isSettled && outcome.isConfirmed)
        // Fills may still come to what was open: the last eighth is for them.
        #expect((24...64).contains(outcome.report.children.count))
    }
}

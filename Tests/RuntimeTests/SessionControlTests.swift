import Engine
import Orders
import Runtime
import Testing

@Suite("Session control", .timeLimit(.minutes(3)))
struct SessionControlTests {
    @Test("commands reach the hot thread in the order they were asked for")
    func order() {
        let control = SessionControl()
        control.requestStop()
        let isTaken = control.request(.halt)
        var commands = control.commands()
        let seen = [commands.pop(), commands.pop(), commands.pop()]
        #expect(isTaken)
        #expect(seen == [.cancel(ParentID(0)), .halt, nil])
    }

    @Test("when nobody takes them, a command too many is refused and those before it stay")
    func full() {
        let control = SessionControl()
        for _ in 0..<SessionControl.capacity { #expect(control.request(.halt)) }
        #expect(!control.request(.cancel(ParentID(1))))
        var commands = control.commands()
        var count = 0
        while commands.pop() == .halt { count += 1 }
        #expect(count == SessionControl.capacity)
        #expect(control.request(.cancel(ParentID(1))))
        let last = commands.pop()
        #expect(last == .cancel(ParentID(1)))
    }
}

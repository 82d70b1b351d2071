public import Wire

extension Connection {
    /// Frames, masks and encrypts one message.
    ///
    /// - Precondition: ``FrameHeader/maxLength`` bytes before `payload` are free; a client's
    ///   payload is masked where it lies.
    /// - Returns: nil when it waits in ``outbound``.
    public mutating func send(
        _ opcode: FrameOpcode,
        _ payload: UnsafeMutableRawBufferPointer
    ) -> SendRefusal? {
        guard phase == .open else { return .notOpen }
        // The reserve keeps pongs and the Close possible when messages have filled the buffer.
        let reserve = 1_024
        let length = payload.count &+ FrameHeader.maxLength
        guard outbound.hasRoom(sealedBytes(length) &+ reserve) else { return .bufferFull }
        return seal(frame(opcode, payload)) ? nil : .broken
    }

    /// Sends bytes as they are: a request of an HTTP client.
    public mutating func send(_ bytes: UnsafeRawBufferPointer) -> SendRefusal? {
        guard phase == .responses else { return .notOpen }
        guard outbound.hasRoom(sealedBytes(bytes.count)) else { return .bufferFull }
        return seal(bytes) ? nil : .broken
    }

    /// Answers a request with JSON; `headers` are further lines of the head, each with its end.
    public mutating func respond(
        status: Int,
        headers: String = "",
        body: UnsafeRawBufferPointer
    ) -> SendRefusal? {
        guard phase == .requests || phase == .deciding else { return .notOpen }
        var writer = ByteWriter(scratch)
        HTTPAnswer.writeHead(&writer, status: status, headers: headers, bodyBytes: body.count)
        guard outbound.hasRoom(sealedBytes(writer.count) &+ sealedBytes(body.count)) else {
            return .bufferFull
        }
        phase = .requests
        return seal(writer.written) && seal(body) ? nil : .broken
    }

    /// Agrees to the upgrade last asked for.
    public mutating func acceptUpgrade() -> SendRefusal? {
        guard phase == .deciding else { return .notOpen }
        var writer = ByteWriter(scratch)
        withUnsafeBytes(of: accept) { bytes in
            WebSocketUpgrade.writeResponse(
                &writer,
                accept: UnsafeRawBufferPointer(rebasing: bytes[..<WebSocketKey.acceptCount])
            )
        }
        guard seal(writer.written) else { return .bufferFull }
        phase = .open
        return nil
    }

    /// Sends a ping, or another control frame of up to 125 bytes.
    public mutating func sendControl(
        _ opcode: FrameOpcode,
        _ payload: UnsafeRawBufferPointer
    ) -> Bool {
        precondition(payload.count <= 125)
        let room = UnsafeMutableRawBufferPointer(
            rebasing: scratch[FrameHeader.maxLength..<(FrameHeader.maxLength &+ payload.count)]
        )
        room.copyMemory(from: payload)
        return seal(frame(opcode, room))
    }

    /// Sends bytes as they are on an open WebSocket: what a rude peer would, for tests.
    public mutating func sendRaw(_ bytes: UnsafeRawBufferPointer) -> Bool {
        phase == .open && seal(bytes)
    }

    mutating func sendClose(code: UInt16?) -> Bool {
        guard let code else {
            return sendControl(.close, UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return withUnsafeBytes(of: code.bigEndian) { sendControl(.close, $0) }
    }

    private mutating func frame(
        _ opcode: FrameOpcode,
        _ payload: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        let key =
            frames.role == .client ? UInt32(truncatingIfNeeded: masks.next()) : nil
        let length = FrameHeader.write(opcode, before: payload, maskKey: key)
        return UnsafeRawBufferPointer(
            start: payload.baseAddress! - length,
            count: payload.count &+ length
        )
    }

    private func sealedBytes(_ count: Int) -> Int {
        tls == nil ? count : TLSSession.sealedBytes(count)
    }

    /// Encrypts into `outbound`, or copies on a plain connection; false when it cannot.
    mutating func seal(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if tls == nil { return outbound.append(bytes) }
        guard outbound.hasRoom(TLSSession.sealedBytes(bytes.count)) else { return false }
        return tls!.write(bytes, &outbound)
    }
}

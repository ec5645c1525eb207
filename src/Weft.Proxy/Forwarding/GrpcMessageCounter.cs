using System.Buffers.Binary;

namespace Weft.Proxy.Forwarding;

/// <summary>Counts gRPC's length-prefixed messages in a body that passes in pieces of any size.</summary>
internal sealed class GrpcMessageCounter
{
    private readonly byte[] _prefix = new byte[5];
    private int _prefixLength;
    private long _bodyLeft;
    private long _messages;

    /// <summary>May be asked by any thread.</summary>
    public long Messages => Volatile.Read(ref _messages);

    public void Observe(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bodyLeft > 0)
            {
                var taken = (int)Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= taken;
                bytes = bytes[taken..];
                continue;
            }

            var wanted = Math.Min(_prefix.Length - _prefixLength, bytes.Length);
            bytes[..wanted].CopyTo(_prefix.AsSpan(_prefixLength));
            _prefixLength += wanted;
            bytes = bytes[wanted..];
            if (_prefixLength == _prefix.Length)
            {
                Volatile.Write(ref _messages, _messages + 1);
                _prefixLength = 0;
                _bodyLeft = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
            }
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Filters.Network;

/// <summary>
/// Istio's TCP metadata exchange (ALPN istio-peer-exchange): eight bytes (magic, length) and an Any with a Struct, once in each direction, before all other bytes.
/// </summary>
internal static class PeerExchangeCodec
{
    public const string Alpn = "istio-peer-exchange";
    public const int HeaderLength = 8;
    public const int MaxLength = 64 * 1024;

    private const uint Magic = 0x3D230467;
    private const string MetadataKey = "x-envoy-peer-metadata";
    private const string IdKey = "x-envoy-peer-metadata-id";

    public static byte[] Encode(LocalNode node)
    {
        var message = new Struct();
        message.Fields[MetadataKey] = Value.ForStruct(node.PeerMetadata);
        message.Fields[IdKey] = Value.ForString(node.Id);
        var body = Any.Pack(message).ToByteArray();
        var frame = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, Magic);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), body.Length);
        body.CopyTo(frame, HeaderLength);
        return frame;
    }

    /// <summary>Looks for the frame at the start of a stream. Takes any bytes and never throws.</summary>
    /// <param name="consumed">The frame's length when found; 0 otherwise: bytes that are no frame belong to the application.</param>
    /// <param name="peer">Null when the frame says nothing that can be read.</param>
    public static Listeners.InspectionState Decode(ReadOnlySequence<byte> bytes, out long consumed, out WorkloadIdentity? peer)
    {
        consumed = 0;
        peer = null;
        Span<byte> header = stackalloc byte[HeaderLength];
        var available = (int)Math.Min(HeaderLength, bytes.Length);
        bytes.Slice(0, available).CopyTo(header);
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(magic, Magic);
        if (!header[..Math.Min(4, available)].SequenceEqual(magic[..Math.Min(4, available)]))
        {
            return Listeners.InspectionState.NotFound;
        }

        if (available < HeaderLength)
        {
            return Listeners.InspectionState.NeedMore;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (length > MaxLength)
        {
            return Listeners.InspectionState.NotFound;
        }

        if (bytes.Length < HeaderLength + length)
        {
            return Listeners.InspectionState.NeedMore;
        }

        consumed = HeaderLength + length;
        peer = Read(bytes.Slice(HeaderLength, length));
        return Listeners.InspectionState.Found;
    }

    private static WorkloadIdentity? Read(ReadOnlySequence<byte> body)
    {
        try
        {
            var message = Any.Parser.ParseFrom(body).Unpack<Struct>();
            return message.Fields.TryGetValue(MetadataKey, out var metadata) && metadata.StructValue is { } value
                ? WorkloadIdentity.FromMetadata(value, isLocal: false)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}

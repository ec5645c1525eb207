using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Weft.Proxy.Formatting;

namespace Weft.Proxy.AccessLog;

/// <summary>An access log that is written to the proxy's own log, line by line.</summary>
internal sealed record LineAccessLog : AccessLogModel
{
    /// <summary>Null for JSON.</summary>
    public required Format? Text { get; init; }

    /// <summary>Null for text.</summary>
    public required JsonTemplate? Json { get; init; }

    /// <summary>Envoy omit_empty_values: what is absent leaves nothing behind, instead of "-" or null.</summary>
    public required bool OmitsEmptyValues { get; init; }

    protected override void Write(IStreamInfo entry, ProxyContext proxy) =>
        proxy.Bootstrap.LogSink(Text is not null ? Text.Text(entry, OmitsEmptyValues ? "" : "-").TrimEnd('\n') : FormatJson(entry));

    private string FormatJson(IStreamInfo entry)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Json!.Write(json, entry, OmitsEmptyValues);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>A JSON value whose texts are formats.</summary>
internal abstract record JsonTemplate
{
    public abstract void Write(Utf8JsonWriter json, IStreamInfo entry, bool omitsEmpty);

    /// <summary>Whether nothing is to be written where empty values are omitted.</summary>
    public virtual bool IsAbsent(IStreamInfo entry) => false;

    internal sealed record Leaf(Format Format) : JsonTemplate
    {
        public override void Write(Utf8JsonWriter json, IStreamInfo entry, bool omitsEmpty) => Format.WriteJson(json, entry);

        public override bool IsAbsent(IStreamInfo entry) => Format.IsAbsent(entry);
    }

    internal sealed record Constant(Google.Protobuf.WellKnownTypes.Value Value) : JsonTemplate
    {
        public override void Write(Utf8JsonWriter json, IStreamInfo entry, bool omitsEmpty) => ValueText.Write(json, Value);
    }

    internal sealed record Fields(ImmutableArray<(string Key, JsonTemplate Value)> Members) : JsonTemplate
    {
        public override void Write(Utf8JsonWriter json, IStreamInfo entry, bool omitsEmpty)
        {
            json.WriteStartObject();
            foreach (var (key, value) in Members)
            {
                if (!omitsEmpty || !value.IsAbsent(entry))
                {
                    json.WritePropertyName(key);
                    value.Write(json, entry, omitsEmpty);
                }
            }

            json.WriteEndObject();
        }
    }

    internal sealed record Items(ImmutableArray<JsonTemplate> Values) : JsonTemplate
    {
        public override void Write(Utf8JsonWriter json, IStreamInfo entry, bool omitsEmpty)
        {
            json.WriteStartArray();
            foreach (var value in Values)
            {
                value.Write(json, entry, omitsEmpty);
            }

            json.WriteEndArray();
        }
    }
}

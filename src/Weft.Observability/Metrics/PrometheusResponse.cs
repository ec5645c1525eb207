using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using static Weft.Observability.Metrics.JsonTokens;

namespace Weft.Observability.Metrics;

/// <summary>Reads the value of <c>data</c>; the reader stands on its first token and is left on its last.</summary>
internal delegate T ResponseReader<out T>(ref Utf8JsonReader json, LabelReader labels);

/// <summary>Takes answers of the Prometheus HTTP API apart, straight from the bytes.</summary>
internal static class PrometheusResponse
{
    /// <summary>The <c>data</c> of a successful answer; a <see cref="MetricsQueryException"/> for an error, a <see cref="JsonException"/> for anything else.</summary>
    public static T Read<T>(string query, int status, ReadOnlySpan<byte> body, ResponseReader<T> read)
    {
        var envelope = new Envelope<T>(query, status, read);
        envelope.Read(body);
        var data = envelope.Data(body);
        return envelope.Warnings.IsEmpty || data is not QueryResult result ? data : (T)(object)(result with { Warnings = envelope.Warnings });
    }

    public static QueryResult ReadQueryResult(ref Utf8JsonReader json, LabelReader labels)
    {
        Expect(ref json, JsonTokenType.StartObject);
        string? type = null;
        QueryResult? result = null;
        var rows = default(Utf8JsonReader);
        while (NextProperty(ref json, out var name))
        {
            if (name == "result" && type is not null)
            {
                result = ReadRows(type, ref json, labels);
                continue;
            }

            if (name == "resultType")
                type = json.GetString();
            else if (name == "result")
                rows = json;
            json.Skip();
        }

        if (type is null || (result is null && rows.TokenType == JsonTokenType.None))
            throw new JsonException("the answer has no result");
        return result ?? ReadRows(type, ref rows, labels);
    }

    public static ImmutableArray<LabelSet> ReadLabelSets(ref Utf8JsonReader json, LabelReader labels) => ReadArray(ref json, labels, ReadLabels);

    public static ImmutableArray<string> ReadStrings(ref Utf8JsonReader json, LabelReader labels) =>
        ReadArray(ref json, labels, static (ref Utf8JsonReader text, LabelReader _) => Text(ref text));

    public static ImmutableDictionary<string, ImmutableArray<MetricMetadata>> ReadMetadata(ref Utf8JsonReader json, LabelReader labels)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var metrics = ImmutableDictionary.CreateBuilder<string, ImmutableArray<MetricMetadata>>();
        while (NextProperty(ref json, out var name))
        {
            metrics[name] = ReadArray(ref json, labels, static (ref Utf8JsonReader entry, LabelReader strings) =>
            {
                var fields = ReadFlat(ref entry, strings);
                return new MetricMetadata(Field(fields, "type"), Field(fields, "help"), Field(fields, "unit"));
            });
        }

        return metrics.ToImmutable();
    }

    public static PrometheusBuild ReadBuild(ref Utf8JsonReader json, LabelReader labels)
    {
        var fields = ReadFlat(ref json, labels);
        return new PrometheusBuild(
            Field(fields, "version"), Field(fields, "revision"), Field(fields, "branch"), Field(fields, "buildUser"), Field(fields, "buildDate"), Field(fields, "goVersion"));
    }

    public static PrometheusConfiguration ReadConfiguration(ref Utf8JsonReader json, LabelReader labels) => new(Field(ReadFlat(ref json, labels), "yaml"));

    public static PrometheusFlags ReadFlags(ref Utf8JsonReader json, LabelReader labels) => new(ReadFlat(ref json, labels));

    private static QueryResult ReadRows(string type, ref Utf8JsonReader rows, LabelReader labels) => type switch
    {
        "vector" => new VectorResult(ReadArray(ref rows, labels, ReadVectorSample)),
        "matrix" => new MatrixResult(ReadArray(ref rows, labels, ReadMatrixSeries)),
        "scalar" => ReadScalar(ref rows, labels),
        "string" => ReadString(ref rows),
        _ => throw new JsonException($"unknown result type \"{type}\""),
    };

    private static VectorSample ReadVectorSample(ref Utf8JsonReader json, LabelReader labels)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var metric = LabelSet.Empty;
        var point = default(SamplePoint);
        while (NextName(ref json))
        {
            if (json.ValueTextEquals("metric"u8))
            {
                Next(ref json);
                metric = labels.Read(ref json);
            }
            else if (json.ValueTextEquals("value"u8))
            {
                Next(ref json);
                point = ReadPoint(ref json, labels);
            }
            else
            {
                json.Skip();
            }
        }

        return new VectorSample(metric, point.Timestamp, point.Value);
    }

    private static MatrixSeries ReadMatrixSeries(ref Utf8JsonReader json, LabelReader labels)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var metric = LabelSet.Empty;
        ImmutableArray<SamplePoint> points = [];
        while (NextName(ref json))
        {
            if (json.ValueTextEquals("metric"u8))
            {
                Next(ref json);
                metric = labels.Read(ref json);
            }
            else if (json.ValueTextEquals("values"u8))
            {
                Next(ref json);
                points = ReadArray(ref json, labels, ReadPoint);
            }
            else
            {
                json.Skip();
            }
        }

        return new MatrixSeries(metric, points);
    }

    private static ScalarResult ReadScalar(ref Utf8JsonReader json, LabelReader labels)
    {
        var (timestamp, value) = ReadPoint(ref json, labels);
        return new ScalarResult(timestamp, value);
    }

    private static StringResult ReadString(ref Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.StartArray);
        var timestamp = ReadTimestamp(ref json);
        Next(ref json);
        var text = Text(ref json);
        EndArray(ref json);
        return new StringResult(timestamp, text);
    }

    private static SamplePoint ReadPoint(ref Utf8JsonReader json, LabelReader _)
    {
        Expect(ref json, JsonTokenType.StartArray);
        var timestamp = ReadTimestamp(ref json);
        Next(ref json);
        Expect(ref json, JsonTokenType.String);
        var value = ReadValue(ref json);
        EndArray(ref json);
        return new SamplePoint(timestamp, value);
    }

    private static double ReadValue(ref Utf8JsonReader json)
    {
        const int MaxPlain = 64;
        Span<char> plain = stackalloc char[MaxPlain];
        var isPlain = !json.ValueIsEscaped && json.ValueSpan.Length <= MaxPlain && Ascii.IsValid(json.ValueSpan);
        ReadOnlySpan<char> text = isPlain ? plain[..Encoding.ASCII.GetChars(json.ValueSpan, plain)] : Text(ref json);
        return PromText.TryParseNumber(text, out var value) ? value : throw new JsonException($"\"{text}\" is not a sample value");
    }

    private static long ReadTimestamp(ref Utf8JsonReader json)
    {
        Next(ref json);
        Expect(ref json, JsonTokenType.Number);
        return (long)Math.Round(json.GetDouble() * 1000);
    }

    private static LabelSet ReadLabels(ref Utf8JsonReader json, LabelReader labels) => labels.Read(ref json);

    // Objects whose values are texts, numbers or booleans; anything deeper is left out.
    private static ImmutableDictionary<string, string> ReadFlat(ref Utf8JsonReader json, LabelReader labels)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var fields = ImmutableDictionary.CreateBuilder<string, string>();
        while (NextProperty(ref json, out var name))
        {
            if (json.TokenType == JsonTokenType.String)
                fields[name] = Text(ref json);
            else if (json.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
                fields[name] = labels.Strings.Get(json.ValueSpan);
            else
                json.Skip();
        }

        return fields.ToImmutable();
    }

    private static string Field(ImmutableDictionary<string, string> fields, string name) => fields.GetValueOrDefault(name, "");

    private static ImmutableArray<T> ReadArray<T>(ref Utf8JsonReader json, LabelReader labels, ResponseReader<T> readElement)
    {
        if (json.TokenType == JsonTokenType.Null)
            return [];
        Expect(ref json, JsonTokenType.StartArray);
        var elements = ArrayPool<T>.Shared.Rent(16);
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count == elements.Length)
                elements = Grown(elements);
            elements[count++] = readElement(ref json, labels);
        }

        ImmutableArray<T> array = [.. elements.AsSpan(0, count)];
        Return(elements);
        return array;
    }

    private static T[] Grown<T>(T[] elements)
    {
        var grown = ArrayPool<T>.Shared.Rent(2 * elements.Length);
        elements.CopyTo(grown, 0);
        Return(elements);
        return grown;
    }

    private static void Return<T>(T[] elements) =>
        ArrayPool<T>.Shared.Return(elements, clearArray: RuntimeHelpers.IsReferenceOrContainsReferences<T>());

    /// <summary>The outer object. <c>status</c> decides what becomes of <c>data</c>: until it is known, data is only located.</summary>
    private sealed class Envelope<T>(string query, int httpStatus, ResponseReader<T> read)
    {
        private const string Success = "success";

        private string _status = "";
        private string _errorType = "";
        private string _error = "";
        private Range? _location;
        private bool _hasData;
        private T? _data;

        public ImmutableArray<string> Warnings { get; private set; } = [];

        public void Read(ReadOnlySpan<byte> body)
        {
            try
            {
                var json = new Utf8JsonReader(body);
                Next(ref json);
                Expect(ref json, JsonTokenType.StartObject);
                while (NextProperty(ref json, out var name))
                    ReadProperty(ref json, name);
            }
            catch (JsonException cause) when (httpStatus != 200)
            {
                throw new MetricsQueryException(query, MetricsQueryError.Rejected, "", $"HTTP status {httpStatus}: {Excerpt(body)}", cause);
            }
        }

        public T Data(ReadOnlySpan<byte> body)
        {
            if (_status != Success)
                throw new MetricsQueryException(query, MetricsQueryError.Rejected, _errorType, _error);
            if (_hasData)
                return _data!;
            if (_location is not { } location)
                throw new JsonException("the answer has no data");
            var json = new Utf8JsonReader(body[location]);
            json.Read();
            return read(ref json, new LabelReader());
        }

        private void ReadProperty(ref Utf8JsonReader json, string name)
        {
            if (name == "data")
                ReadData(ref json);
            else if (name == "warnings")
                Warnings = ReadArray(ref json, new LabelReader(), static (ref Utf8JsonReader text, LabelReader _) => Text(ref text));
            else if (json.TokenType == JsonTokenType.String)
                SetText(name, Text(ref json));
            else
                json.Skip();
        }

        private void ReadData(ref Utf8JsonReader json)
        {
            if (_status == Success && httpStatus == 200)
            {
                _data = read(ref json, new LabelReader());
                _hasData = true;
                return;
            }

            var start = (int)json.TokenStartIndex;
            json.Skip();
            _location = start..(int)json.BytesConsumed;
        }

        private void SetText(string name, string value)
        {
            if (name == "status")
                _status = value;
            else if (name == "errorType")
                _errorType = value;
            else if (name == "error")
                _error = value;
        }

        private static string Excerpt(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, 200)]).Trim();
    }
}

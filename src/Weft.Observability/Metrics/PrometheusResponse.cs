using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Weft.Observability.Metrics;

/// <summary>Reads the value of <c>data</c>; the reader stands on its first token and is left on its last.</summary>
internal delegate T ResponseReader<out T>(ref Utf8JsonReader json, Utf8Pool pool);

/// <summary>Takes answers of the Prometheus HTTP API apart, straight from the bytes.</summary>
internal static class PrometheusResponse
{
    /// <summary>The <c>data</c> of a successful answer; a <see cref="MetricsQueryException"/> for an error, a <see cref="JsonException"/> for anything else.</summary>
    public static T Read<T>(string query, int status, ReadOnlyMemory<byte> body, ResponseReader<T> read)
    {
        var envelope = Envelope.Read(query, status, body.Span);
        if (envelope.Status != "success")
            throw new MetricsQueryException(query, MetricsQueryError.Rejected, envelope.ErrorType, envelope.Error);
        if (envelope.DataStart < 0)
            throw new JsonException("the answer has no data");
        var json = new Utf8JsonReader(body.Span[envelope.DataStart..envelope.DataEnd]);
        json.Read();
        var data = read(ref json, new Utf8Pool());
        return envelope.Warnings.IsEmpty || data is not QueryResult result ? data : (T)(object)(result with { Warnings = envelope.Warnings });
    }

    public static QueryResult ReadQueryResult(ref Utf8JsonReader json, Utf8Pool pool)
    {
        Expect(ref json, JsonTokenType.StartObject);
        string? type = null;
        var rows = default(Utf8JsonReader);
        while (NextProperty(ref json, out var name))
        {
            if (name == "resultType")
                type = json.GetString();
            else if (name == "result")
                rows = json;
            json.Skip();
        }

        if (type is null || rows.TokenType == JsonTokenType.None)
            throw new JsonException("the answer has no result");
        return type switch
        {
            "vector" => new VectorResult(ReadArray(ref rows, pool, ReadVectorSample)),
            "matrix" => new MatrixResult(ReadArray(ref rows, pool, ReadMatrixSeries)),
            "scalar" => ReadScalar(ref rows),
            "string" => ReadString(ref rows),
            _ => throw new JsonException($"unknown result type \"{type}\""),
        };
    }

    public static ImmutableArray<LabelSet> ReadLabelSets(ref Utf8JsonReader json, Utf8Pool pool) => ReadArray(ref json, pool, ReadLabels);

    public static ImmutableArray<string> ReadStrings(ref Utf8JsonReader json, Utf8Pool pool) =>
        ReadArray(ref json, pool, static (ref Utf8JsonReader text, Utf8Pool _) => Text(ref text));

    public static ImmutableDictionary<string, ImmutableArray<MetricMetadata>> ReadMetadata(ref Utf8JsonReader json, Utf8Pool pool)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var metrics = ImmutableDictionary.CreateBuilder<string, ImmutableArray<MetricMetadata>>();
        while (NextProperty(ref json, out var name))
        {
            metrics[name] = ReadArray(ref json, pool, static (ref Utf8JsonReader entry, Utf8Pool strings) =>
            {
                var fields = ReadFlat(ref entry, strings);
                return new MetricMetadata(Field(fields, "type"), Field(fields, "help"), Field(fields, "unit"));
            });
        }

        return metrics.ToImmutable();
    }

    public static PrometheusBuild ReadBuild(ref Utf8JsonReader json, Utf8Pool pool)
    {
        var fields = ReadFlat(ref json, pool);
        return new PrometheusBuild(
            Field(fields, "version"), Field(fields, "revision"), Field(fields, "branch"), Field(fields, "buildUser"), Field(fields, "buildDate"), Field(fields, "goVersion"));
    }

    public static PrometheusConfiguration ReadConfiguration(ref Utf8JsonReader json, Utf8Pool pool) => new(Field(ReadFlat(ref json, pool), "yaml"));

    public static PrometheusFlags ReadFlags(ref Utf8JsonReader json, Utf8Pool pool) => new(ReadFlat(ref json, pool));

    public static PrometheusRuntime ReadRuntime(ref Utf8JsonReader json, Utf8Pool pool) => new(ReadFlat(ref json, pool));

    private static VectorSample ReadVectorSample(ref Utf8JsonReader json, Utf8Pool pool)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var labels = LabelSet.Empty;
        var point = default(SamplePoint);
        while (NextProperty(ref json, out var name))
        {
            if (name == "metric")
                labels = ReadLabels(ref json, pool);
            else if (name == "value")
                point = ReadPoint(ref json, pool);
            else
                json.Skip();
        }

        return new VectorSample(labels, point.Timestamp, point.Value);
    }

    private static MatrixSeries ReadMatrixSeries(ref Utf8JsonReader json, Utf8Pool pool)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var labels = LabelSet.Empty;
        ImmutableArray<SamplePoint> points = [];
        while (NextProperty(ref json, out var name))
        {
            if (name == "metric")
                labels = ReadLabels(ref json, pool);
            else if (name == "values")
                points = ReadArray(ref json, pool, ReadPoint);
            else
                json.Skip();
        }

        return new MatrixSeries(labels, points);
    }

    private static ScalarResult ReadScalar(ref Utf8JsonReader json)
    {
        var (timestamp, value) = ReadPoint(ref json, null);
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

    private static SamplePoint ReadPoint(ref Utf8JsonReader json, Utf8Pool? pool)
    {
        Expect(ref json, JsonTokenType.StartArray);
        var timestamp = ReadTimestamp(ref json);
        Next(ref json);
        Expect(ref json, JsonTokenType.String);
        if (!PromText.TryParseNumber(Text(ref json), out var value))
            throw new JsonException($"\"{Text(ref json)}\" is not a sample value");
        EndArray(ref json);
        return new SamplePoint(timestamp, value);
    }

    private static long ReadTimestamp(ref Utf8JsonReader json)
    {
        Next(ref json);
        Expect(ref json, JsonTokenType.Number);
        return (long)Math.Round(json.GetDouble() * 1000);
    }

    private static LabelSet ReadLabels(ref Utf8JsonReader json, Utf8Pool pool)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var labels = new LabelSetBuilder();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Pooled(ref json, pool);
            Next(ref json);
            Expect(ref json, JsonTokenType.String);
            labels.Set(name, Pooled(ref json, pool));
        }

        return labels.Build();
    }

    // Objects whose values are texts, numbers or booleans; anything deeper is left out.
    private static ImmutableDictionary<string, string> ReadFlat(ref Utf8JsonReader json, Utf8Pool pool)
    {
        Expect(ref json, JsonTokenType.StartObject);
        var fields = ImmutableDictionary.CreateBuilder<string, string>();
        while (NextProperty(ref json, out var name))
        {
            if (json.TokenType == JsonTokenType.String)
                fields[name] = Text(ref json);
            else if (json.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
                fields[name] = pool.Get(json.ValueSpan);
            else
                json.Skip();
        }

        return fields.ToImmutable();
    }

    private static string Field(ImmutableDictionary<string, string> fields, string name) => fields.GetValueOrDefault(name, "");

    private static ImmutableArray<T> ReadArray<T>(ref Utf8JsonReader json, Utf8Pool pool, ResponseReader<T> readElement)
    {
        if (json.TokenType == JsonTokenType.Null)
            return [];
        Expect(ref json, JsonTokenType.StartArray);
        var elements = ImmutableArray.CreateBuilder<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            elements.Add(readElement(ref json, pool));
        return elements.DrainToImmutable();
    }

    // Leaves the reader on the property's value.
    private static bool NextProperty(ref Utf8JsonReader json, out string name)
    {
        Next(ref json);
        name = "";
        if (json.TokenType != JsonTokenType.PropertyName)
            return false;
        name = Text(ref json);
        Next(ref json);
        return true;
    }

    private static string Pooled(ref Utf8JsonReader json, Utf8Pool pool) =>
        json.ValueIsEscaped ? Text(ref json) : pool.Get(json.ValueSpan);

    // Broken UTF-8 or a lone surrogate inside a string is the store's fault, not ours.
    private static string Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString() ?? "";
        }
        catch (InvalidOperationException cause)
        {
            throw new JsonException(cause.Message, cause);
        }
    }

    private static void Next(ref Utf8JsonReader json)
    {
        if (!json.Read())
            throw new JsonException("the answer ends too early");
    }

    private static void EndArray(ref Utf8JsonReader json)
    {
        Next(ref json);
        Expect(ref json, JsonTokenType.EndArray);
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (json.TokenType != type)
            throw new JsonException($"expected {type}, found {json.TokenType} at byte {json.TokenStartIndex}");
    }

    /// <summary>The outer object; <c>data</c> is only located, since <c>status</c> decides what becomes of it.</summary>
    private sealed class Envelope
    {
        public string Status { get; private set; } = "";
        public string ErrorType { get; private set; } = "";
        public string Error { get; private set; } = "";
        public ImmutableArray<string> Warnings { get; private set; } = [];
        public int DataStart { get; private set; } = -1;
        public int DataEnd { get; private set; } = -1;

        public static Envelope Read(string query, int status, ReadOnlySpan<byte> body)
        {
            try
            {
                var json = new Utf8JsonReader(body);
                var envelope = new Envelope();
                Next(ref json);
                Expect(ref json, JsonTokenType.StartObject);
                while (NextProperty(ref json, out var name))
                    envelope.ReadProperty(ref json, name);
                return envelope;
            }
            catch (JsonException cause) when (status != 200)
            {
                throw new MetricsQueryException(query, MetricsQueryError.Rejected, "", $"HTTP status {status}: {Excerpt(body)}", cause);
            }
        }

        private void ReadProperty(ref Utf8JsonReader json, string name)
        {
            if (name == "data")
            {
                DataStart = (int)json.TokenStartIndex;
                json.Skip();
                DataEnd = (int)json.BytesConsumed;
            }
            else if (name == "warnings")
            {
                Warnings = ReadArray(ref json, new Utf8Pool(), static (ref Utf8JsonReader text, Utf8Pool _) => Text(ref text));
            }
            else if (json.TokenType == JsonTokenType.String)
            {
                SetText(name, Text(ref json));
            }
            else
            {
                json.Skip();
            }
        }

        private void SetText(string name, string value)
        {
            if (name == "status")
                Status = value;
            else if (name == "errorType")
                ErrorType = value;
            else if (name == "error")
                Error = value;
        }

        private static string Excerpt(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, 200)]).Trim();
    }
}

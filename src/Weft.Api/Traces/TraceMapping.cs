using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weft.Console.Traces;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;

namespace Weft.Api.Traces;

/// <summary>Kiali's envelopes around Jaeger's traces.</summary>
internal static class TraceMapping
{
    /// <summary><c>{data:[trace], errors, tracingServiceName, fromAllClusters?}</c></summary>
    public static void WriteTraces(Utf8JsonWriter json, FoundTraces found)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var trace in found.Traces)
        {
            WriteTrace(json, trace);
        }

        json.WriteEndArray();
        WriteErrors(json, StatusCodes.Status503ServiceUnavailable, found.Failure);
        json.WriteString("tracingServiceName", found.Subject.ServiceName);
        if (found.FromAllClusters)
        {
            json.WriteBoolean("fromAllClusters", true);
        }

        json.WriteEndObject();
    }

    /// <summary>The subject's spans, each with its process and the size of its trace.</summary>
    public static void WriteSpans(Utf8JsonWriter json, FoundTraces found)
    {
        json.WriteStartArray();
        foreach (var trace in found.Spans.GroupBy(own => own.Trace))
        {
            var processes = JaegerJson.ProcessIds(trace.Key);
            foreach (var (span, _) in trace)
            {
                json.WriteStartObject();
                JaegerJson.WriteSpanFields(json, span, processes[span.Process]);
                json.WritePropertyName("process");
                JaegerJson.WriteProcess(json, span.Process);
                json.WriteNumber("traceSize", trace.Key.Spans.Length);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    /// <summary><c>{data: trace, errors}</c>; an empty trace when there is none.</summary>
    public static void WriteTrace(Utf8JsonWriter json, FoundTrace found)
    {
        json.WriteStartObject();
        json.WritePropertyName("data");
        if (found.Trace is { } trace)
        {
            WriteTrace(json, trace);
        }
        else
        {
            WriteNoTrace(json);
        }

        if (found.Failure is { } failure)
        {
            WriteErrors(json, StatusCodes.Status503ServiceUnavailable, failure);
        }
        else
        {
            WriteErrors(json, StatusCodes.Status404NotFound, found.Trace is null ? "trace not found" : null);
        }

        json.WriteEndObject();
    }

    private static void WriteTrace(Utf8JsonWriter json, Trace trace)
    {
        json.WriteStartObject();
        JaegerJson.WriteTraceFields(json, trace);
        json.WriteNumber("matched", 0);
        json.WriteEndObject();
    }

    private static void WriteNoTrace(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("traceID", "");
        json.WriteNull("spans");
        json.WriteNull("processes");
        json.WriteNull("warnings");
        json.WriteNumber("matched", 0);
        json.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter json, int code, string? message)
    {
        if (message is null)
        {
            json.WriteNull("errors");
            return;
        }

        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteNumber("code", code);
        json.WriteString("msg", message);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}

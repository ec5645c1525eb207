using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.AccessLoggers.Filters.Cel.V3;
using Envoy.Extensions.Formatter.ReqWithoutQuery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>The access logs that Telemetry or the mesh configuration asks for.</summary>
internal static class AccessLogs
{
    private const string FileLogger = "envoy.access_loggers.file";
    private const string CelFilter = "envoy.access_loggers.extension_filters.cel";
    private const string StandardOutput = "/dev/stdout";

    public const string DefaultText =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% "
        + "%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" "
        + "\"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% "
        + "%DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

    private static readonly (string Key, string Format)[] s_defaultJson =
    [
        ("start_time", "%START_TIME%"), ("route_name", "%ROUTE_NAME%"), ("method", "%REQ(:METHOD)%"),
        ("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"), ("protocol", "%PROTOCOL%"), ("response_code", "%RESPONSE_CODE%"),
        ("response_flags", "%RESPONSE_FLAGS%"), ("response_code_details", "%RESPONSE_CODE_DETAILS%"),
        ("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"), ("bytes_received", "%BYTES_RECEIVED%"),
        ("bytes_sent", "%BYTES_SENT%"), ("duration", "%DURATION%"), ("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
        ("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"), ("user_agent", "%REQ(USER-AGENT)%"), ("request_id", "%REQ(X-REQUEST-ID)%"),
        ("authority", "%REQ(:AUTHORITY)%"), ("upstream_host", "%UPSTREAM_HOST%"), ("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
        ("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"), ("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
        ("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"), ("requested_server_name", "%REQUESTED_SERVER_NAME%"),
        ("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"),
    ];

    /// <summary>For an HTTP connection manager; empty when nothing is logged.</summary>
    public static IEnumerable<AccessLog> OfRequests(ProxyView view, TelemetryMode mode) => Loggers(view, mode, AccessLogServices.OfMeshForRequests).Select(logger => Log(logger, []));

    /// <summary>For a TCP proxy.</summary>
    public static IEnumerable<AccessLog> OfConnections(ProxyView view, TelemetryMode mode) => Loggers(view, mode, AccessLogServices.OfMeshForConnections).Select(logger => Log(logger, []));

    /// <summary>For a listener as a whole: connections that no filter chain took.</summary>
    public static IEnumerable<AccessLog> OfListener(ProxyView view, TelemetryMode mode) => view.Mesh.DisableEnvoyListenerLog == true ? [] :
        Loggers(view, mode, AccessLogServices.OfMeshForListeners).Select(logger => Log(logger, [new AccessLogFilter { ResponseFlagFilter = new ResponseFlagFilter { Flags = { "NR" } } }]));

    /// <summary>By Telemetry and default providers; where these leave none, the mesh's accessLogFile and enableEnvoyAccessLogService hold, as in istiod.</summary>
    private static List<Logger> Loggers(ProxyView view, TelemetryMode mode, (string Name, IMessage Config) serviceOfMesh)
    {
        var stated = view.Telemetry.AccessLogsFor(mode).Select(log => Of(view, log)).OfType<Logger>().ToList();
        return stated.Count > 0 ? stated : [.. OfMesh(view.Mesh, serviceOfMesh)];
    }

    private static IEnumerable<Logger> OfMesh(MeshConfig mesh, (string Name, IMessage Config) service)
    {
        if (mesh.AccessLogFile.Length > 0)
        {
            yield return new Logger(FileLogger, OfMesh(mesh, mesh.AccessLogFile), null);
        }

        if (mesh.EnableEnvoyAccessLogService == true)
        {
            yield return new Logger(service.Name, service.Config, null);
        }
    }

    private static Logger? Of(ProxyView view, EffectiveAccessLog log)
    {
        if (log.Provider.EnvoyFileAccessLog is { } file)
        {
            return new Logger(FileLogger, log.TakesFormatOfMesh ? OfMesh(view.Mesh, file.Path) : OfProvider(file), log.Filter);
        }

        return AccessLogServices.Of(view, log.Provider) is { } service ? new Logger(service.Name, service.Config, log.Filter) : null;
    }

    private static AccessLog Log(Logger logger, List<AccessLogFilter> filters)
    {
        if (logger.Filter is { } expression)
        {
            filters.Add(new AccessLogFilter
            {
                ExtensionFilter = new ExtensionFilter { Name = CelFilter, TypedConfig = new ExpressionFilter { Expression = expression }.Pack() },
            });
        }

        return new AccessLog
        {
            Name = logger.Name,
            TypedConfig = logger.Config.Pack(),
            Filter = filters switch
            {
                [] => null,
                [var only] => only,
                _ => new AccessLogFilter { AndFilter = new AndFilter { Filters = { filters } } },
            },
        };
    }

    private static FileAccessLog OfMesh(MeshConfig mesh, string? path) => new()
    {
        Path = string.IsNullOrEmpty(path) ? StandardOutput : path,
        LogFormat = mesh.AccessLogEncoding == "JSON" ? Json(JsonFormatOf(mesh.AccessLogFormat) ?? DefaultJson(), omitsEmpty: false) : Text(mesh.AccessLogFormat, omitsEmpty: false),
    };

    private static FileAccessLog OfProvider(FileAccessLogProvider provider) => new()
    {
        Path = string.IsNullOrEmpty(provider.Path) ? StandardOutput : provider.Path,
        LogFormat = provider.LogFormat switch
        {
            { Labels: { Count: > 0 } labels } => Json(JsonFormatOf(labels.ToJsonString()) ?? DefaultJson(), provider.OmitEmptyValues),
            { Labels: not null } => Json(DefaultJson(), provider.OmitEmptyValues),
            var format => Text(format?.Text ?? "", provider.OmitEmptyValues),
        },
    };

    private static SubstitutionFormatString Json(Struct format, bool omitsEmpty) => new()
    {
        JsonFormat = format,
        JsonFormatOptions = new(),
        OmitEmptyValues = omitsEmpty,
        Formatters = { Formatters(format.Fields.Values.Select(value => value.StringValue)) },
    };

    /// <summary>Each entry is a line of its own.</summary>
    private static SubstitutionFormatString Text(string format, bool omitsEmpty) => new()
    {
        TextFormatSource = new DataSource { InlineString = format.Length == 0 ? DefaultText : format.EndsWith('\n') ? format : $"{format}\n" },
        OmitEmptyValues = omitsEmpty,
        Formatters = { Formatters([format]) },
    };

    /// <summary>Operators that are not in Envoy itself are named.</summary>
    public static IEnumerable<TypedExtensionConfig> Formatters(IEnumerable<string> formats) =>
        formats.Any(format => format.Contains("%REQ_WITHOUT_QUERY", StringComparison.Ordinal))
            ? [new TypedExtensionConfig { Name = "envoy.formatter.req_without_query", TypedConfig = new ReqWithoutQuery().Pack() }]
            : [];

    /// <summary>Null for what is no JSON object: istiod falls back to its own format then.</summary>
    private static Struct? JsonFormatOf(string format)
    {
        try
        {
            return format.Length == 0 ? null : Struct.Parser.ParseJson(format);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static Struct DefaultJson()
    {
        var fields = new Struct();
        foreach (var (key, format) in s_defaultJson)
        {
            fields.Fields[key] = Value.ForString(format);
        }

        return fields;
    }

    private sealed record Logger(string Name, IMessage Config, string? Filter);
}

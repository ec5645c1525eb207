using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Istio.Mesh;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>The access log that the mesh configuration asks for.</summary>
internal static class AccessLogs
{
    private const string FileLogger = "envoy.access_loggers.file";

    private const string DefaultText =
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

    /// <summary>For requests and connections; empty when the mesh logs none.</summary>
    public static IEnumerable<AccessLog> Of(MeshConfig mesh)
    {
        if (mesh.AccessLogFile.Length > 0)
        {
            yield return new AccessLog { Name = FileLogger, TypedConfig = FileLog(mesh).Pack() };
        }
    }

    /// <summary>For a listener as a whole: connections that no filter chain took.</summary>
    public static IEnumerable<AccessLog> OfListener(MeshConfig mesh)
    {
        foreach (var log in Of(mesh))
        {
            log.Filter = new AccessLogFilter { ResponseFlagFilter = new ResponseFlagFilter { Flags = { "NR" } } };
            yield return log;
        }
    }

    private static FileAccessLog FileLog(MeshConfig mesh) => new()
    {
        Path = mesh.AccessLogFile,
        LogFormat = mesh.AccessLogEncoding == "JSON"
            ? new SubstitutionFormatString { JsonFormat = DefaultJson(), JsonFormatOptions = new() }
            : new SubstitutionFormatString { TextFormatSource = new DataSource { InlineString = TextFormat(mesh) } },
    };

    private static string TextFormat(MeshConfig mesh) =>
        mesh.AccessLogFormat.Length == 0 ? DefaultText : mesh.AccessLogFormat.EndsWith('\n') ? mesh.AccessLogFormat : $"{mesh.AccessLogFormat}\n";

    private static Struct DefaultJson()
    {
        var fields = new Struct();
        foreach (var (key, format) in s_defaultJson)
        {
            fields.Fields[key] = Value.ForString(format);
        }

        return fields;
    }
}

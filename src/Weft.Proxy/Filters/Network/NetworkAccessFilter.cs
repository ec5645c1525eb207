using Weft.Proxy.Filters.ExternalAuthorization;
using Weft.Proxy.Filters.Rbac;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;
using ExtAuthzConfig = Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthz;
using RbacConfig = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;

namespace Weft.Proxy.Filters.Network;

/// <summary>Why a connection is not let in.</summary>
/// <param name="Termination">%CONNECTION_TERMINATION_DETAILS%.</param>
internal sealed record ConnectionRefusal(ResponseFlags Flags, string? Termination);

/// <summary>A network filter that lets connections pass or ends them, before the terminal filter sees them.</summary>
internal abstract class NetworkAccessFilter
{
    /// <returns>Null lets the connection pass.</returns>
    public abstract ValueTask<ConnectionRefusal?> JudgeAsync(DownstreamConnection connection, ProxyContext proxy, CancellationToken cancellationToken);
}

/// <summary>envoy.filters.network.rbac.</summary>
internal sealed class NetworkRbacFilter : NetworkAccessFilter
{
    public const string Name = "envoy.filters.network.rbac";

    private readonly RbacPolicySet _rules;

    /// <exception cref="ResourceRejectedException">Rules that this proxy cannot judge.</exception>
    public NetworkRbacFilter(RbacConfig config)
    {
        if (config.Matcher is not null || config.ShadowMatcher is not null)
        {
            throw new ResourceRejectedException("RBAC with a matcher is not supported");
        }

        _rules = new RbacPolicySet(Name, config.StatPrefix.TrimEnd('.'), config.Rules, "", config.ShadowRules, config.ShadowRulesStatPrefix);
    }

    public override ValueTask<ConnectionRefusal?> JudgeAsync(DownstreamConnection connection, ProxyContext proxy, CancellationToken cancellationToken)
    {
        var verdict = _rules.Judge(new RbacSubject(connection, null), proxy.Stats.Rbac, _rules.TellsMetadata ? connection.WritableMetadata : null);
        return ValueTask.FromResult(verdict.IsAllowed ? null : new ConnectionRefusal(ResponseFlags.None, verdict.Details));
    }
}

/// <summary>envoy.filters.network.ext_authz: asks a gRPC authorization service about a connection.</summary>
internal sealed class NetworkExtAuthzFilter : NetworkAccessFilter
{
    public const string Name = "envoy.filters.network.ext_authz";

    private readonly GrpcAuthorization _service;
    private readonly MetadataMatch? _wanted;
    private readonly bool _allowsFailure;

    /// <exception cref="ResourceRejectedException">No gRPC service.</exception>
    public NetworkExtAuthzFilter(ExtAuthzConfig config)
    {
        _service = new GrpcAuthorization(config.GrpcService ?? throw new ResourceRejectedException("network ext_authz needs grpc_service"));
        _wanted = config.FilterEnabledMetadata is { } matcher ? new MetadataMatch(matcher) : null;
        _allowsFailure = config.FailureModeAllow;
    }

    public override async ValueTask<ConnectionRefusal?> JudgeAsync(DownstreamConnection connection, ProxyContext proxy, CancellationToken cancellationToken)
    {
        if (_wanted?.Matches(connection.Metadata) == false)
        {
            return null;
        }

        var verdict = await _service.CheckAsync(proxy, GrpcAuthorization.Attributes(connection, connection.StartTime), cancellationToken);
        return verdict.Result switch
        {
            AuthorizationResult.Allowed => null,
            AuthorizationResult.Failed when _allowsFailure => null,
            AuthorizationResult.Failed => new ConnectionRefusal(ResponseFlags.UnauthorizedExternalService, "ext_authz_error"),
            _ => new ConnectionRefusal(ResponseFlags.UnauthorizedExternalService, "ext_authz_denied"),
        };
    }
}

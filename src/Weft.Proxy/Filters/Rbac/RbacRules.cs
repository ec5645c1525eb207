using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Path.Match.UriTemplate.V3;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Rbac;

/// <summary>Whether a connection or request may pass, and which policy said so.</summary>
/// <param name="Policy">The policy that matched; <c>none</c> when none did.</param>
internal readonly record struct RbacVerdict(bool IsAllowed, string Policy, bool HasMatched)
{
    /// <summary>Nothing is enforced.</summary>
    public static RbacVerdict Pass { get; } = new(true, "none", false);

    /// <summary>Envoy's response code details and connection termination details.</summary>
    public string Details => $"rbac_access_denied_matched_policy[{Policy}]";
}

/// <summary>Whom and what the rules are asked about. The exchange is null for a TCP connection.</summary>
internal readonly record struct RbacSubject(DownstreamConnection Connection, HttpExchange? Exchange)
{
    /// <summary>What filters before this one left.</summary>
    public DynamicMetadata? Metadata => Exchange is null ? Connection.Metadata : Exchange.Metadata;
}

/// <summary>
/// envoy.config.rbac.v3.RBAC, compiled: ALLOW passes what some policy matches, DENY stops it, LOG passes everything.
/// Conditions that this proxy cannot judge are refused when compiled, never skipped.
/// </summary>
internal sealed class RbacRules
{
    private readonly RBAC.Types.Action _action;
    private readonly ImmutableArray<(string Name, Func<RbacSubject, bool> Matches)> _policies;

    /// <exception cref="ResourceRejectedException">A condition that this proxy cannot judge.</exception>
    public RbacRules(RBAC config)
    {
        _action = config.Action;
        // Envoy asks policies in the order of their names.
        _policies = [.. config.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal).Select(policy => (policy.Key, Policy(policy.Value)))];
    }

    /// <summary>Action LOG: nothing is refused, matches are marked for the access log.</summary>
    public bool IsLog => _action == RBAC.Types.Action.Log;

    public RbacVerdict Judge(RbacSubject subject)
    {
        foreach (var (name, matches) in _policies)
        {
            if (matches(subject))
            {
                return new RbacVerdict(_action != RBAC.Types.Action.Deny, name, true);
            }
        }

        return new RbacVerdict(_action != RBAC.Types.Action.Allow, "none", false);
    }

    private static Func<RbacSubject, bool> Policy(Policy policy)
    {
        if (policy.Condition is not null || policy.CheckedCondition is not null)
        {
            throw new ResourceRejectedException("RBAC policies with a condition are not supported");
        }

        var permissions = AnyOf(policy.Permissions.Select(Permission));
        var principals = AnyOf(policy.Principals.Select(Principal));
        return subject => permissions(subject) && principals(subject);
    }

    private static Func<RbacSubject, bool> Permission(Permission config)
    {
        switch (config.RuleCase)
        {
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.Any:
                return _ => config.Any;
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.AndRules:
                return AllOf(config.AndRules.Rules.Select(Permission));
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.OrRules:
                return AnyOf(config.OrRules.Rules.Select(Permission));
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.NotRule:
                var inner = Permission(config.NotRule);
                return subject => !inner(subject);
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.Header:
                return Header(config.Header);
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.UrlPath:
                return Path(config.UrlPath);
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.DestinationPort:
                return subject => subject.Connection.LocalAddress.Port == config.DestinationPort;
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.DestinationPortRange:
                return subject => subject.Connection.LocalAddress.Port >= config.DestinationPortRange.Start && subject.Connection.LocalAddress.Port < config.DestinationPortRange.End;
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.DestinationIp:
                var destination = Network(config.DestinationIp);
                return subject => destination.Contains(subject.Connection.LocalAddress.Address);
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.RequestedServerName:
                var name = StringMatcher.From(config.RequestedServerName);
                return subject => name.Matches(subject.Connection.RequestedServerName);
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.Metadata:
                return Metadata(config.Metadata);
            case Envoy.Config.Rbac.V3.Permission.RuleOneofCase.UriTemplate when config.UriTemplate.TypedConfig is { } template && template.Is(UriTemplateMatchConfig.Descriptor):
                var paths = UriTemplate.Compile(UriTemplateMatchConfig.Parser.ParseFrom(template.Value).PathTemplate);
                return subject => subject.Exchange is { } exchange && paths.Matches(exchange.PathWithoutQuery);
            default:
                throw new ResourceRejectedException($"RBAC permission {config.RuleCase} is not supported yet");
        }
    }

    private static Func<RbacSubject, bool> Principal(Principal config)
    {
        switch (config.IdentifierCase)
        {
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.Any:
                return _ => config.Any;
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.AndIds:
                return AllOf(config.AndIds.Ids.Select(Principal));
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.OrIds:
                return AnyOf(config.OrIds.Ids.Select(Principal));
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.NotId:
                var inner = Principal(config.NotId);
                return subject => !inner(subject);
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.Authenticated:
                return Authenticated(config.Authenticated);
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.DirectRemoteIp:
                var direct = Network(config.DirectRemoteIp);
                return subject => direct.Contains(subject.Connection.PeerAddress.Address);
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.RemoteIp:
                var remote = Network(config.RemoteIp);
                return subject => remote.Contains(RemoteAddress(subject));
#pragma warning disable CS0612 // source_ip is deprecated and means the address that remote_ip means
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.SourceIp:
                var source = Network(config.SourceIp);
#pragma warning restore CS0612
                return subject => source.Contains(RemoteAddress(subject));
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.Metadata:
                return Metadata(config.Metadata);
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.Header:
                return Header(config.Header);
            case Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase.UrlPath:
                return Path(config.UrlPath);
            default:
                throw new ResourceRejectedException($"RBAC principal {config.IdentifierCase} is not supported yet");
        }
    }

    // Without a name, any peer that showed a certificate.
    private static Func<RbacSubject, bool> Authenticated(Principal.Types.Authenticated config)
    {
        if (config.PrincipalName is null)
        {
            return subject => subject.Connection.Tls is { PeerHash.Length: > 0 };
        }

        var name = StringMatcher.From(config.PrincipalName);
        return subject => subject.Connection.Tls is { } tls && (tls.PeerNames.Uris.Count > 0 ? tls.PeerNames.Uris : tls.PeerNames.DnsNames).Any(name.Matches);
    }

    private static Func<RbacSubject, bool> Header(Envoy.Config.Route.V3.HeaderMatcher config)
    {
        var header = new HeaderMatch(config);
        return subject => subject.Exchange is { } exchange && header.Matches(exchange);
    }

    private static Func<RbacSubject, bool> Path(Envoy.Type.Matcher.V3.PathMatcher config)
    {
        var path = StringMatcher.From(config.Path);
        return subject => subject.Exchange is { } exchange && path.Matches(exchange.PathWithoutQuery);
    }

    private static Func<RbacSubject, bool> Metadata(Envoy.Type.Matcher.V3.MetadataMatcher config)
    {
        var matcher = new MetadataMatch(config);
        return subject => matcher.Matches(subject.Metadata);
    }

    private static IPAddress RemoteAddress(RbacSubject subject) => subject.Exchange?.ClientAddress.Address ?? subject.Connection.RemoteAddress.Address;

    private static IPNetwork Network(CidrRange range) =>
        IPNetwork.TryParse($"{range.AddressPrefix}/{range.PrefixLen ?? 0}", out var network)
            ? network
            : throw new ResourceRejectedException($"invalid address range {range.AddressPrefix}/{range.PrefixLen}");

    private static Func<RbacSubject, bool> AllOf(IEnumerable<Func<RbacSubject, bool>> conditions)
    {
        var all = conditions.ToArray();
        return all is [var only] ? only : subject =>
        {
            foreach (var condition in all)
            {
                if (!condition(subject))
                {
                    return false;
                }
            }

            return true;
        };
    }

    private static Func<RbacSubject, bool> AnyOf(IEnumerable<Func<RbacSubject, bool>> conditions)
    {
        var any = conditions.ToArray();
        return any is [var only] ? only : subject =>
        {
            foreach (var condition in any)
            {
                if (condition(subject))
                {
                    return true;
                }
            }

            return false;
        };
    }
}

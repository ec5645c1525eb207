using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>Where the demo's parts find Redis: by Service name, or (GET_HOSTS_FROM=env) by the variables that Kubernetes sets for Services.</summary>
internal static class RedisHosts
{
    public static string Master(DemoContext context) => Host(context, "redis-master", "REDIS_MASTER_SERVICE_HOST");

    public static string Replica(DemoContext context) => Host(context, "redis-slave", "REDIS_SLAVE_SERVICE_HOST");

    private static string Host(DemoContext context, string name, string variable) =>
        context.Setting("GET_HOSTS_FROM", "dns") == "env" ? context.Setting(variable, name) : name;
}

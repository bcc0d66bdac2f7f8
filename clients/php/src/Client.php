<?php

declare(strict_types=1);

namespace Atelier;

/**
 * The craudioviz API of an Atelier server.
 *
 * Options: `api_key`; `base_url`; `timeout`, the seconds that the server may be silent (60); `retries`, how often a request is
 * sent again (3); `max_wait`, the longest time in seconds that is waited for that (60); `exchange`, what sends (curl if there).
 */
final class Client
{
    public readonly Assistant $assistant;
    public readonly Credits $credits;
    public readonly Files $files;
    public readonly Jobs $jobs;
    public readonly Projects $projects;
    public readonly Tools $tools;
    public readonly User $user;
    public readonly Webhooks $webhooks;

    /** @param array<string, mixed> $options */
    public function __construct(#[\SensitiveParameter] array $options)
    {
        $transport = new Transport(
            self::key($options['api_key'] ?? null),
            self::address($options['base_url'] ?? 'http://127.0.0.1:8000/v1'),
            $options['exchange'] ?? (extension_loaded('curl') ? new CurlExchange() : new StreamExchange()),
            (float) ($options['timeout'] ?? 60),
            (int) ($options['retries'] ?? 3),
            (float) ($options['max_wait'] ?? 60),
        );
        $this->assistant = new Assistant($transport);
        $this->credits = new Credits($transport);
        $this->files = new Files($transport);
        $this->jobs = new Jobs($transport);
        $this->projects = new Projects($transport);
        $this->tools = new Tools($transport);
        $this->user = new User($transport);
        $this->webhooks = new Webhooks($transport);
    }

    private static function key(#[\SensitiveParameter] mixed $key): string
    {
        if (!is_string($key) || preg_match('/^[\x21-\x7e]+$/D', $key) !== 1) {
            $message = 'api_key must be a key as the server gave it: printable characters without spaces.';
            throw new \InvalidArgumentException($message);
        }
        return $key;
    }

    private static function address(string $url): string
    {
        $parts = parse_url($url);
        if (!in_array($parts['scheme'] ?? '', ['http', 'https'], true) || isset($parts['user'])) {
            $message = 'base_url must be an http or https address without a user name, such as http://127.0.0.1:8000/v1.';
            throw new \InvalidArgumentException($message);
        }
        return rtrim($url, '/');
    }
}

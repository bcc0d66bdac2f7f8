import type { ChatRole } from './chat-message.entity.js';

/** What the assistant answers. */
export interface Reply {
  chatId: string;
  reply: string;
  /** what may be said next */
  suggestions: string[];
  /** the job that the reply is about */
  jobId: string | null;
}

/** A message as its owner sees it. Times are ISO 8601. */
export interface MessageView {
  role: ChatRole;
  content: string;
  suggestions: string[];
  jobId: string | null;
  createdAt: string;
}

/** Newest activity first in lists. Times are ISO 8601. */
export interface ChatView {
  id: string;
  projectId: string | null;
  messages: number;
  createdAt: string;
  updatedAt: string;
}

export interface ChatPage {
  limit: number;
  offset: number;
}
